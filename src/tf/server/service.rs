//! The table of calls: which function answers, and which calls core makes only of providers that
//! declare something we do not.

use std::pin::Pin;
use std::sync::Arc;

use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

use super::guard::guarded;
use super::{Session, convert, data, provider, resource};
use crate::diag::Diagnostic;
use crate::tf::function::FunctionError;
use crate::tf::proto::tfplugin6 as pb;
use crate::tf::proto::tfplugin6::provider_server::Provider;

/// Answers for the [`Session`] that the connection put into each request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Service;

/// An answer that says only what went wrong.
trait Failed {
    fn failed(diagnostic: Diagnostic) -> Self;
}

macro_rules! failed {
    ($($message:ident),* $(,)?) => {$(
        impl Failed for pb::$message::Response {
            fn failed(diagnostic: Diagnostic) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.push(convert::diagnostic(diagnostic));
                answer
            }
        }
    )*};
}

failed!(
    configure_provider,
    get_functions,
    get_metadata,
    get_provider_schema,
    import_resource_state,
    move_resource_state,
    plan_resource_change,
    read_data_source,
    read_resource,
    upgrade_resource_state,
    validate_data_resource_config,
    validate_provider_config,
    validate_resource_config,
);

impl Failed for pb::call_function::Response {
    fn failed(diagnostic: Diagnostic) -> Self {
        data::refusal(FunctionError::new(diagnostic.detail))
    }
}

fn unimplemented<T>(call: &str) -> Result<Response<T>, Status> {
    Err(Status::unimplemented(format!(
        "this provider declares nothing that needs {call}"
    )))
}

/// A stream that is never made.
type NoStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Writes the whole implementation, since `async_trait` does not look into macros inside it.
macro_rules! service {
    (
        answered: { $($answered:ident => $function:path),* $(,)? }
        refused: { $($refused:ident($message:ident)),* $(,)? }
    ) => {
        #[tonic::async_trait]
        impl Provider for Service {
            $(
                async fn $answered(
                    &self,
                    request: Request<pb::$answered::Request>,
                ) -> Result<Response<pb::$answered::Response>, Status> {
                    let rescue = |diagnostic, _: &_| Failed::failed(diagnostic);
                    guarded(stringify!($answered), request, $function, rescue).await
                }
            )*

            async fn apply_resource_change(
                &self,
                request: Request<pb::apply_resource_change::Request>,
            ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
                let before = resource::AppliedBefore::new(request.get_ref());
                let session = request.extensions().get::<Arc<Session>>().cloned();
                let rescue = move |diagnostic, checkpoint: &_| match session {
                    Some(session) => {
                        resource::rescued_apply(&session, before, diagnostic, checkpoint)
                    }
                    None => pb::apply_resource_change::Response::default(),
                };
                guarded("apply_resource_change", request, resource::apply, rescue).await
            }

            /// Returns at once, while the calls that it cancels are still ending: core holds a lock.
            async fn stop_provider(
                &self,
                request: Request<pb::stop_provider::Request>,
            ) -> Result<Response<pb::stop_provider::Response>, Status> {
                tracing::info!("Terraform asks to stop");
                if let Some(session) = request.extensions().get::<Arc<Session>>() {
                    session.stop();
                }
                Ok(Response::new(pb::stop_provider::Response::default()))
            }

            /// None of our resources has an identity beside its state.
            async fn get_resource_identity_schemas(
                &self,
                _: Request<pb::get_resource_identity_schemas::Request>,
            ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
                Ok(Response::new(pb::get_resource_identity_schemas::Response::default()))
            }

            $(
                async fn $refused(
                    &self,
                    _: Request<pb::$message::Request>,
                ) -> Result<Response<pb::$message::Response>, Status> {
                    unimplemented(stringify!($refused))
                }
            )*

            type ListResourceStream = NoStream<pb::list_resource::Event>;

            async fn list_resource(
                &self,
                _: Request<pb::list_resource::Request>,
            ) -> Result<Response<Self::ListResourceStream>, Status> {
                unimplemented("list_resource")
            }

            type InvokeActionStream = NoStream<pb::invoke_action::Event>;

            async fn invoke_action(
                &self,
                _: Request<pb::invoke_action::Request>,
            ) -> Result<Response<Self::InvokeActionStream>, Status> {
                unimplemented("invoke_action")
            }

            type ReadStateBytesStream = NoStream<pb::read_state_bytes::Response>;

            async fn read_state_bytes(
                &self,
                _: Request<pb::read_state_bytes::Request>,
            ) -> Result<Response<Self::ReadStateBytesStream>, Status> {
                unimplemented("read_state_bytes")
            }

            async fn write_state_bytes(
                &self,
                _: Request<Streaming<pb::write_state_bytes::RequestChunk>>,
            ) -> Result<Response<pb::write_state_bytes::Response>, Status> {
                unimplemented("write_state_bytes")
            }
        }
    };
}

service! {
    answered: {
        call_function => data::call,
        configure_provider => provider::configure,
        get_functions => data::functions,
        get_metadata => provider::metadata,
        get_provider_schema => provider::schema,
        import_resource_state => resource::import,
        move_resource_state => resource::r#move,
        plan_resource_change => resource::plan,
        read_data_source => data::read,
        read_resource => resource::read,
        upgrade_resource_state => resource::upgrade,
        validate_data_resource_config => data::validate,
        validate_provider_config => provider::validate,
        validate_resource_config => resource::validate,
    }
    refused: {
        close_ephemeral_resource(close_ephemeral_resource),
        configure_state_store(configure_state_store),
        delete_state(delete_state),
        generate_resource_config(generate_resource_config),
        get_states(get_states),
        lock_state(lock_state),
        open_ephemeral_resource(open_ephemeral_resource),
        plan_action(plan_action),
        renew_ephemeral_resource(renew_ephemeral_resource),
        unlock_state(unlock_state),
        upgrade_resource_identity(upgrade_resource_identity),
        validate_action_config(validate_action_config),
        validate_ephemeral_resource_config(validate_ephemeral_resource_config),
        validate_list_resource_config(validate_list_resource_config),
        validate_state_store_config(validate_state_store),
    }
}
