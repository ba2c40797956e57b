//! The provider as a process: what it prints, where it listens, when it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use hedgehog::tf::host::HostEnvironment;
use hedgehog::tf::proto::plugin as plugin_pb;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::value::Value;

use crate::support::client::{channel, configure};
use crate::support::core::Core;
use crate::support::proto::plugin::grpc_controller_client::GrpcControllerClient;
use crate::support::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::support::proto::tfplugin6::provider_client::ProviderClient;
use crate::support::thing::ThingProvider;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Built beside this test: the example `terraform-provider-thing`.
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("we run");
    let target = tests
        .parent()
        .and_then(Path::parent)
        .expect("target/debug/deps");
    target.join("examples/terraform-provider-thing")
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .env_clear()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("TMPDIR", directory)
        .stdin(Stdio::null());
    command
}

fn output(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

struct Started {
    child: Child,
    stdout: BufReader<ChildStdout>,
    fields: Vec<String>,
    socket: PathBuf,
}

impl Drop for Started {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Started {
    fn new(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it prints a line");
        let fields: Vec<_> = line
            .trim_end_matches('\n')
            .split('|')
            .map(str::to_owned)
            .collect();
        assert!(line.ends_with('\n') && fields.len() >= 6, "{line:?}");
        assert_eq!(fields[..3], ["1", "6", "unix"]);
        assert_eq!(fields[4], "grpc");
        let socket = PathBuf::from(&fields[3]);
        Self {
            child,
            stdout,
            fields,
            socket,
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([name, &id])
            .status()
            .expect("there is kill");
        assert!(sent.success());
    }

    /// Waits for the end; returns the exit code and what else it printed.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("it is text");
        (self.child.wait().expect("it ends").code(), rest)
    }
}

#[test]
fn by_hand_it_says_what_it_is() {
    let directory = tempfile::tempdir().expect("a directory");
    for cookie in [None, Some("wrong")] {
        let mut command = command(directory.path());
        match cookie {
            Some(cookie) => command.env("TF_PLUGIN_MAGIC_COOKIE", cookie),
            None => command.env_remove("TF_PLUGIN_MAGIC_COOKIE"),
        };
        let (code, stdout, stderr) = output(&mut command);
        assert_eq!((code, stdout.as_str()), (1, ""));
        assert!(stderr.contains("is a plugin"), "{stderr}");
    }
}

#[test]
fn any_list_of_versions_gives_a_line_with_ours() {
    let directory = tempfile::tempdir().expect("a directory");
    for versions in ["5,6", "6,5", "6", "", "7", "x,6", ",,"] {
        let mut command = command(directory.path());
        let started = Started::new(command.env("PLUGIN_PROTOCOL_VERSIONS", versions));
        assert_eq!(started.fields.len(), 6);
        assert_eq!(started.fields[5], "", "no certificate was asked for");
    }
    let mut command = command(directory.path());
    let started = Started::new(command.env("PLUGIN_MULTIPLEX_GRPC", "true"));
    assert_eq!(started.fields[6], "false");
}

#[test]
fn the_socket_is_its_owners_and_goes_with_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let started = Started::new(&mut command(directory.path()));
    assert!(started.socket.starts_with(directory.path()));
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&started.socket), 0o600);
    assert_eq!(mode(started.socket.parent().expect("it has one")), 0o700);
    let path = started.socket.clone();
    started.signal("-TERM");
    assert_eq!(started.end(), (Some(0), String::new()));
    assert!(!path.exists());
    let left = directory.path().read_dir().expect("it is there").count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn the_host_may_choose_the_place() {
    let (one, other) = (
        tempfile::tempdir().expect("one"),
        tempfile::tempdir().expect("other"),
    );
    let mut chosen = command(one.path());
    let started = Started::new(chosen.env("PLUGIN_UNIX_SOCKET_DIR", other.path()));
    assert_eq!(started.socket.parent(), Some(other.path()));
    drop(started);
    // A group that we are in.
    let (_, group, _) = output(Command::new("id").arg("-g"));
    let mut grouped = command(one.path());
    let started = Started::new(grouped.env("PLUGIN_UNIX_SOCKET_GROUP", group.trim()));
    let mode = started
        .socket
        .metadata()
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(mode, 0o660);
    drop(started);
    let mut unknown = command(one.path());
    let (code, stdout, stderr) = output(unknown.env("PLUGIN_UNIX_SOCKET_GROUP", "no-such-group"));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("no-such-group"), "{stderr}");
}

#[test]
fn a_long_directory_is_not_too_long() {
    let directory = tempfile::tempdir().expect("a directory");
    let long = directory.path().join("x".repeat(120));
    #[expect(clippy::create_dir, reason = "its parent is there")]
    std::fs::create_dir(&long).expect("it is made");
    let started = Started::new(&mut command(&long));
    assert!(started.fields[3].len() < 104);
    started.signal("-TERM");
    let path = started.socket.clone();
    started.end();
    assert!(!path.exists());
}

#[test]
fn a_wrong_certificate_ends_the_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["garbage", broken, "-----BEGIN CERTIFICATE-----"] {
        let (code, stdout, stderr) =
            output(command(directory.path()).env("PLUGIN_CLIENT_CERT", pem));
        assert_eq!((code, stdout.as_str()), (1, ""), "{pem}");
        assert!(stderr.contains("PLUGIN_CLIENT_CERT"), "{stderr}");
        assert_eq!(
            directory.path().read_dir().expect("it is there").count(),
            0,
            "nothing listens"
        );
    }
}

#[tokio::test]
async fn an_interrupt_is_the_hosts_business() {
    let directory = tempfile::tempdir().expect("a directory");
    let started = Started::new(&mut command(directory.path()));
    let channel = channel(started.socket.clone()).await;
    started.signal("-INT");
    let mut controller = GrpcControllerClient::new(channel);
    controller
        .shutdown(plugin_pb::Empty {})
        .await
        .expect("it is still there");
    let ended = tokio::task::spawn_blocking(move || started.end())
        .await
        .expect("it ran");
    assert_eq!(ended, (Some(0), String::new()));
}

/// Also with a stream open, and an apply that does not heed the wish to stop.
#[tokio::test]
async fn told_to_shut_down_it_ends() {
    let directory = tempfile::tempdir().expect("a directory");
    let started = Started::new(&mut command(directory.path()));
    let channel = channel(started.socket.clone()).await;
    let mut provider = ProviderClient::new(channel.clone());
    assert!(
        configure(&mut provider, "http://here".into())
            .await
            .is_empty()
    );
    let schema = ThingProvider::default().resources()[0].schema();
    let mut core = Core::new(provider, "thing_thing", schema);
    let config = Value::object([
        ("name", "n".into()),
        ("fault", "apply ignores the stop".into()),
    ]);
    let planned = core.plan(None, &[], Some(config.clone())).await;
    let apply = tokio::spawn(async move { core.apply(&planned, Some(config)).await });
    let mut stdio = GrpcStdioClient::new(channel.clone());
    let stream = stdio.stream_stdio(()).await.expect("it opens");
    let mut controller = GrpcControllerClient::new(channel);
    controller
        .shutdown(plugin_pb::Empty {})
        .await
        .expect("it answers");
    let ended = tokio::task::spawn_blocking(move || started.end())
        .await
        .expect("it ran");
    assert_eq!(ended, (Some(0), String::new()));
    assert!(apply.await.is_err(), "the apply had no answer");
    drop(stream);
}

#[test]
fn it_does_not_outlive_its_host() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut shell = Command::new("sh");
    // Without `exec`: the shell is the host.
    let script = format!("'{}' & echo $! >&2; wait", program().display());
    shell
        .args(["-c", &script])
        .env_clear()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE);
    shell
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", directory.path())
        .stderr(Stdio::null());
    let started = Started::new(&mut shell);
    let path = started.socket.clone();
    started.signal("-KILL");
    // The provider holds the other end of the pipe until it ends.
    let (_, rest) = started.end();
    assert_eq!(rest, "");
    assert!(!path.exists());
}

#[test]
fn by_hand_it_can_be_attached_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = command(directory.path());
    command
        .env_remove("TF_PLUGIN_MAGIC_COOKIE")
        .arg("--reattach")
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    stdout.read_line(&mut line).expect("it prints a line");
    let json = line
        .strip_prefix("TF_REATTACH_PROVIDERS='")
        .and_then(|rest| rest.strip_suffix("'\n"));
    let json: serde_json::Value = serde_json::from_str(json.expect("of this form")).expect("JSON");
    let entry = &json["registry.terraform.io/test/thing"];
    assert_eq!(entry["Pid"], child.id());
    assert_eq!(
        (&entry["ProtocolVersion"], &entry["Test"]),
        (&6.into(), &true.into())
    );
    assert!(Path::new(entry["Addr"]["String"].as_str().expect("text")).exists());
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .expect("there is kill")
            .success()
    );
    assert_eq!(child.wait().expect("Ctrl-C ends it").code(), Some(0));
}

#[test]
fn the_environment_is_read_once_and_whole() {
    let pairs = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        HostEnvironment::from_pairs(pairs)
    };
    assert_eq!(pairs(&[]), HostEnvironment::default());
    let empty = [
        ("PLUGIN_CLIENT_CERT", ""),
        ("TMPDIR", ""),
        ("PLUGIN_UNIX_SOCKET_DIR", ""),
    ];
    assert_eq!(pairs(&empty), HostEnvironment::default());
    assert!(pairs(&[("TF_PLUGIN_MAGIC_COOKIE", COOKIE)]).started_by_host);
    assert_eq!(
        pairs(&[("PLUGIN_PROTOCOL_VERSIONS", "6, 5,x")]).protocol_versions,
        [6, 5]
    );
}
