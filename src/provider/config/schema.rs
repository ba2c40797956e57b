//! The arguments of the provider block.

use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::types::Type;

pub fn schema() -> Schema {
    let mut attributes = server();
    attributes.extend(tls());
    attributes.extend(pace());
    Schema {
        version: 0,
        description: "Plans Hedgehog data-center fabrics and makes NetBox hold them.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
}

fn server() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "server_url",
            Type::String,
            "Address of NetBox, for example `https://netbox.example.com`. Default: the \
             environment variable `NETBOX_SERVER_URL`.",
        ),
        Attribute::optional(
            "api_token",
            Type::String,
            "NetBox API token, version 1 or 2. Default: the environment variable \
             `NETBOX_API_TOKEN`.",
        )
        .sensitive(),
        Attribute::optional(
            "branch",
            Type::String,
            "Name or schema id of a branch of the plugin NetBox Branching: everything is read and \
             written there, and main stays as it is but for custom fields, which are not branched. \
             Default: the environment variable `NETBOX_BRANCH`, else main.",
        ),
        Attribute::optional(
            "register",
            Type::Bool,
            "Create custom fields, device roles and tags that are missing. With `false`, the plan \
             fails and lists them. Default: the environment variable `NETBOX_REGISTER`, else `true`.",
        ),
        Attribute::optional(
            "headers",
            Type::map(Type::String),
            "Headers that go with every request, for a proxy in front of NetBox. They are never \
             logged.",
        )
        .sensitive(),
    ]
}

fn tls() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "ca_certificate",
            Type::String,
            "Certificates of authorities to trust besides the system's, as PEM text: \
             `file(\"ca.pem\")`. Default: the environment variable `NETBOX_CA_CERTIFICATE`.",
        ),
        Attribute::optional(
            "client_certificate",
            Type::String,
            "Certificate, with its chain, that proves who we are, as PEM text. Needs `client_key`. \
             Default: the environment variable `NETBOX_CLIENT_CERTIFICATE`.",
        ),
        Attribute::optional(
            "client_key",
            Type::String,
            "Private key of `client_certificate`, as PEM text. Default: the environment variable \
             `NETBOX_CLIENT_KEY`.",
        )
        .sensitive(),
        Attribute::optional(
            "insecure",
            Type::Bool,
            "Accept any certificate. Whoever is on the way can then read the token. Default: the \
             environment variable `NETBOX_INSECURE`, else `false`.",
        ),
    ]
}

fn pace() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "parallelism",
            Type::Number,
            "Requests in flight at once, 1 to 16. Default: the environment variable \
             `NETBOX_PARALLELISM`, else 2, which suits a NetBox with two cores; more than the server \
             has cores makes it slower.",
        ),
        Attribute::optional(
            "batch_size",
            Type::Number,
            "At most so many objects in a request that writes, 1 to 200. Default: the environment \
             variable `NETBOX_BATCH_SIZE`, else 20 to 100 by kind. Lower it where a proxy gives up \
             before NetBox has finished.",
        ),
        Attribute::optional(
            "request_timeout",
            Type::String,
            "How long one request may take, `1s` to `1h`. Default: the environment variable \
             `NETBOX_REQUEST_TIMEOUT`, else `5m`.",
        ),
        Attribute::optional(
            "retry_timeout",
            Type::String,
            "How long a request that NetBox could not take is sent again, and an outage is waited for, `0s` \
             to `1h`. Default: the environment variable `NETBOX_RETRY_TIMEOUT`, else `2m`.",
        ),
        Attribute::optional(
            "lease",
            Type::String,
            "After so long without a sign of life of an apply, another one may take its plan over, \
             `30s` to `1h`. Default: the environment variable `NETBOX_LEASE`, else `2m`.",
        ),
    ]
}
