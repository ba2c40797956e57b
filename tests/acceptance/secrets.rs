//! Secrets, and the ways to `NetBox` that need them: TLS with a client's certificate, a proxy with a
//! password, headers for a gateway.

use crate::support::fronts::{ForwardProxy, TlsFront};
use crate::support::tiny::{TINY, seeded};
use crate::support::workspace::Run;
use crate::support::{NetBox, Workspace};

const HEADER: &str = "canary-header-4711";
const PASSWORD: &str = "canary-proxy-4711";
const BAD_TOKEN: &str = "nbt_abcdefghijkl.canarytoken4711canarytoken4711canarytoke";

/// Everything that may be said and must not hold a secret.
struct Watch {
    secrets: Vec<String>,
}

impl Watch {
    #[track_caller]
    fn over(&self, what: &str, text: &str) {
        for secret in &self.secrets {
            let place = text.lines().find(|line| line.contains(secret));
            assert!(place.is_none(), "{what} holds {secret}: {place:?}");
        }
    }

    #[track_caller]
    fn run(&self, run: Run) -> Run {
        self.over("what Terraform printed or logged", &run.text);
        run
    }
}

fn behind_front_and_proxy(netbox: &NetBox, front: &TlsFront, proxy: &ForwardProxy) -> Workspace {
    let mut workspace = Workspace::new(netbox, TINY);
    // A file's content is in no plan, as a variable's would be.
    workspace.edit(
        "provider \"hedgehog\" {}",
        "provider \"hedgehog\" {\n  headers = { X-Gate = file(\"gate.txt\") }\n}",
    );
    workspace.write("gate.txt", HEADER);
    let url = format!("https://localhost:{}", front.port);
    for (name, value) in [
        ("NETBOX_SERVER_URL", url.as_str()),
        ("NETBOX_CA_CERTIFICATE", &front.authority),
        ("NETBOX_CLIENT_CERTIFICATE", &front.certificate),
        ("NETBOX_CLIENT_KEY", &front.key),
        ("NETBOX_RETRY_TIMEOUT", "0s"),
        ("HTTP_PROXY", &proxy.url),
        ("HTTPS_PROXY", &proxy.url),
        ("NO_PROXY", ""),
        ("TF_LOG", "TRACE"),
        ("TF_LOG_PROVIDER", "TRACE"),
    ] {
        workspace.set(name, value);
    }
    workspace
}

/// Everything that Terraform writes while all goes well, and through the proxy.
#[test]
fn secrets_are_in_no_log_state_plan_or_message() {
    let netbox = seeded();
    let front = TlsFront::before(&netbox);
    let proxy = ForwardProxy::start(PASSWORD);
    let mut workspace = behind_front_and_proxy(&netbox, &front, &proxy);
    let key_line = front.key.lines().nth(1).unwrap().to_owned();
    let token = netbox.token.split('.').next_back().unwrap().to_owned();
    assert!(key_line.len() >= 32 && token.len() >= 32);
    let watch = Watch {
        secrets: vec![
            token,
            key_line,
            HEADER.to_owned(),
            PASSWORD.to_owned(),
            BAD_TOKEN.split('.').next_back().unwrap().to_owned(),
        ],
    };

    watch.run(workspace.plan(&["-out=test.plan"])).succeeds();
    watch
        .run(workspace.run(&["show", "-json", "test.plan"]))
        .succeeds();
    let applied = watch
        .run(workspace.run(&["apply", "-no-color", "test.plan"]))
        .succeeds();
    for line in [
        "[INFO]  provider.terraform-provider-hedgehog: created",
        "[DEBUG] provider.terraform-provider-hedgehog",
        "[TRACE]",
    ] {
        assert!(applied.text.contains(line), "there is no log line {line}");
    }
    let longest = applied.text.lines().map(str::len).max().unwrap();
    assert!(longest < 64 << 10, "a log line has {longest} bytes");
    watch.over("the state", &workspace.read("terraform.tfstate"));
    let asked = proxy.asked();
    let tunnel = format!("CONNECT localhost:{} ", front.port);
    assert!(
        !asked.is_empty() && asked.iter().all(|head| head.starts_with(&tunnel)),
        "{asked:?}"
    );
    assert!(
        asked[0]
            .to_lowercase()
            .contains("proxy-authorization: basic ")
    );

    failures(&netbox, &mut workspace, &watch, &front);

    let before = proxy.asked().len();
    workspace.set("NO_PROXY", "localhost");
    watch.run(workspace.destroy(&[])).succeeds();
    assert_eq!(proxy.asked().len(), before, "NO_PROXY is heeded");
    watch.over("the state", &workspace.read("terraform.tfstate"));
    watch.over(
        "the state before",
        &workspace.read("terraform.tfstate.backup"),
    );
}

/// What is told when it goes wrong; the settings are as they were afterwards.
fn failures(netbox: &NetBox, workspace: &mut Workspace, watch: &Watch, front: &TlsFront) {
    let url = format!("https://localhost:{}", front.port);
    let ways = [
        (
            "NETBOX_API_TOKEN",
            BAD_TOKEN,
            &netbox.token,
            "NetBox refused the API token",
        ),
        (
            "NETBOX_CA_CERTIFICATE",
            "",
            &front.authority,
            "NetBox cannot be reached",
        ),
        (
            "NETBOX_CLIENT_KEY",
            "-----BEGIN canary-header-4711",
            &front.key,
            "private key",
        ),
        // Port 1 is nobody's: the proxy answers 502, and for HTTP with a page.
        (
            "NETBOX_SERVER_URL",
            "https://localhost:1",
            &url,
            "NetBox cannot be reached",
        ),
        (
            "NETBOX_SERVER_URL",
            "http://localhost:1",
            &url,
            "The server is not NetBox",
        ),
    ];
    for (variable, wrong, right, expected) in ways {
        workspace.set(variable, wrong);
        watch.run(workspace.plan(&[])).fails_saying(&[expected]);
        workspace.set(variable, right);
    }
}
