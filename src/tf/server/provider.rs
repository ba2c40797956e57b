//! Calls about the provider as a whole.

use tonic::Status;

use super::convert;
use super::guard::Call;
use crate::tf::proto::tfplugin6 as pb;

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        // A destroy plan may warn or refuse.
        plan_destroy: true,
        // Ours is the same whoever asks, and core need not fetch it for every process.
        get_provider_schema_optional: true,
        move_resource_state: false,
        generate_resource_config: false,
    }
}

pub(super) async fn schema(
    call: Call,
    _: pb::get_provider_schema::Request,
) -> Result<pb::get_provider_schema::Response, Status> {
    let session = &call.session;
    let resources = session.resources.iter();
    let data_sources = session.data_sources.iter();
    let functions = session.functions.iter();
    Ok(pb::get_provider_schema::Response {
        provider: Some(convert::schema(&session.provider.schema())),
        resource_schemas: resources
            .map(|(name, entry)| ((*name).to_owned(), convert::schema(&entry.schema().0)))
            .collect(),
        data_source_schemas: data_sources
            .map(|(name, entry)| ((*name).to_owned(), convert::schema(&entry.schema().0)))
            .collect(),
        functions: functions
            .map(|(name, f)| ((*name).to_owned(), convert::function(&f.signature())))
            .collect(),
        server_capabilities: Some(capabilities()),
        ..pb::get_provider_schema::Response::default()
    })
}

pub(super) async fn metadata(
    call: Call,
    _: pb::get_metadata::Request,
) -> Result<pb::get_metadata::Response, Status> {
    use pb::get_metadata::{DataSourceMetadata, FunctionMetadata, ResourceMetadata};
    let session = &call.session;
    let resources = session.resources.keys();
    let data_sources = session.data_sources.keys();
    let functions = session.functions.keys();
    Ok(pb::get_metadata::Response {
        server_capabilities: Some(capabilities()),
        resources: resources
            .map(|name| ResourceMetadata {
                type_name: (*name).to_owned(),
            })
            .collect(),
        data_sources: data_sources
            .map(|name| DataSourceMetadata {
                type_name: (*name).to_owned(),
            })
            .collect(),
        functions: functions
            .map(|name| FunctionMetadata {
                name: (*name).to_owned(),
            })
            .collect(),
        ..pb::get_metadata::Response::default()
    })
}

pub(super) async fn validate(
    call: Call,
    request: pb::validate_provider_config::Request,
) -> Result<pb::validate_provider_config::Response, Status> {
    let provider = &call.session.provider;
    let schema = provider.schema();
    let config = convert::decode(
        request.config.as_ref(),
        &schema.ty(),
        "provider configuration",
    )?;
    let mut diagnostics = schema.validate(&config);
    diagnostics.extend(provider.validate(&config));
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::validate_provider_config::Response { diagnostics })
}

pub(super) async fn configure(
    call: Call,
    request: pb::configure_provider::Request,
) -> Result<pb::configure_provider::Response, Status> {
    let provider = &call.session.provider;
    let ty = provider.schema().ty();
    let config = convert::decode(request.config.as_ref(), &ty, "provider configuration")?;
    let diagnostics = provider.configure(&config, &request.terraform_version);
    if !diagnostics.has_errors() {
        call.session.mark_configured();
    }
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::configure_provider::Response { diagnostics })
}
