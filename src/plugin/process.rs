//! From the command line to the exit code.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread::available_parallelism;

use jiff::Timestamp;
use tonic::service::Routes;

use super::debug;
use super::environment::Environment;
use super::handshake::Handshake;
use super::host::Host;
use super::invocation::Invocation;
use super::lifecycle::Lifecycle;
use super::log;
use super::signals::Signals;
use super::socket::{NoPlace, Socket};
use super::tls::{MutualTls, TlsError};

/// More threads than this only cost time at each start: a plugin waits for networks.
const THREADS_MAX: usize = 4;

/// Who we are, to those who start us.
#[derive(Clone, Copy, Debug)]
pub struct Plugin {
    /// The executable's name, such as `terraform-provider-example`.
    pub name: &'static str,
    /// Its version, such as `1.2.3`.
    pub version: &'static str,
    /// What the plugin is called in logs and in `TF_LOG_PROVIDER_<NAME>`, such as `example`. Also
    /// the crate whose tracing events are the plugin's own.
    pub log_name: &'static str,
    /// Major version of the protocol that the routes speak.
    pub protocol_version: u32,
    /// Full addresses (`HOST/NAMESPACE/TYPE`) under which debug mode can be found.
    pub addresses: &'static [&'static str],
    /// The wall clock, for log lines.
    pub now: fn() -> Timestamp,
}

/// Does what command line and environment ask for, and returns when the process is to exit.
///
/// `routes` makes the services to serve. It is called within a tokio runtime, once and only if
/// there is something to serve, after the host was told where we are: it runs while the host
/// dials. Message sizes are the services' own business (tonic decodes 4 MiB unless told otherwise).
pub fn run(plugin: &Plugin, routes: impl FnOnce(&Lifecycle) -> Routes) -> ExitCode {
    let variable = |name: &str| std::env::var_os(name);
    let mut environment = Environment::read(variable);
    let Plugin { name, version, .. } = plugin;
    let mode = match Invocation::from(std::env::args_os().skip(1), &environment) {
        Invocation::Plugin => Mode::Plugin,
        Invocation::Debug => {
            environment.client_certificate = None;
            Mode::Debug
        }
        Invocation::Version => return say(io::stdout(), &format!("{name} {version}"), 0),
        Invocation::Help => return say(io::stdout(), &usage(name), 0),
        Invocation::ByHand => return say(io::stderr(), &by_hand(plugin), 1),
        Invocation::Unknown(argument) => {
            let complaint = format!("{name}: unknown argument {argument:?}\n{}", usage(name));
            return say(io::stderr(), &complaint, 2);
        }
    };
    log::install(plugin.log_name, plugin.now, variable);
    match start(plugin, mode, &environment, routes) {
        Ok(()) => ExitCode::SUCCESS,
        // The prefix is what makes the host show it at its default level.
        Err(error) => say(io::stderr(), &format!("[ERROR] {name}: {error}"), 1),
    }
}

/// The two ways to serve.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mode {
    /// Until the host is done or gone.
    Plugin,
    /// Until Ctrl-C.
    Debug,
}

#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("can't start: {0}")]
    System(#[from] io::Error),
    #[error(transparent)]
    NoPlace(#[from] NoPlace),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("can't serve: {0}")]
    Server(#[from] tonic::transport::Error),
}

fn start(
    plugin: &Plugin,
    mode: Mode,
    environment: &Environment,
    routes: impl FnOnce(&Lifecycle) -> Routes,
) -> Result<(), StartError> {
    let threads = available_parallelism()
        .map_or(1, usize::from)
        .clamp(2, THREADS_MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?;
    let ended = runtime.block_on(live(plugin, mode, environment, routes));
    // The host waits for our exit; nothing that still runs is worth its time.
    runtime.shutdown_background();
    ended
}

async fn live(
    plugin: &Plugin,
    mode: Mode,
    environment: &Environment,
    routes: impl FnOnce(&Lifecycle) -> Routes,
) -> Result<(), StartError> {
    let signals = match mode {
        Mode::Plugin => Signals::of_plugin()?,
        Mode::Debug => Signals::of_debug_mode()?,
    };
    let client = environment.client_certificate.as_deref();
    let tls = client.map(MutualTls::new).transpose()?;
    let Socket { listener, place } = Socket::listen(&environment.socket_dirs)?;
    let announcement = match mode {
        Mode::Plugin => Handshake {
            protocol_version: plugin.protocol_version,
            socket: place.path(),
            certificate: tls.as_ref().map(|tls| tls.certificate.as_str()),
            multiplex_answer: environment.asks_multiplex,
        }
        .line(),
        Mode::Debug => debug::instructions(
            plugin.addresses,
            plugin.protocol_version,
            std::process::id(),
            place.path(),
        ),
    };
    announce(&announcement)?;
    let lifecycle = Lifecycle::default();
    tokio::spawn(signals.end(lifecycle.clone()));
    let routes = routes(&lifecycle);
    let host = Host {
        listener,
        tls: tls.map(|tls| tls.acceptor),
        lifecycle,
        ends_without_client: mode == Mode::Plugin,
    };
    let served = host.serve(routes).await;
    drop(place);
    Ok(served?)
}

/// Prints the only thing that stdout is for, then closes it to everybody: the host would read what
/// a library prints, and enough of it would block us.
fn announce(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    let nowhere = OpenOptions::new().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(nowhere)?;
    Ok(())
}

fn usage(name: &str) -> String {
    format!("usage: {name} [--debug | --version | --help]")
}

fn by_hand(plugin: &Plugin) -> String {
    let Plugin { name, version, .. } = plugin;
    format!(
        "{name} {version} is a plugin: Terraform or OpenTofu starts it, for configurations that \
         name it in required_providers.\n\
         Started by hand it only knows --debug (serve until Ctrl-C), --version and --help."
    )
}

/// Prints a text and its line feed. Whoever closed the stream doesn't want it.
fn say(mut stream: impl Write, text: &str, exit_code: u8) -> ExitCode {
    let _ = writeln!(stream, "{text}");
    ExitCode::from(exit_code)
}
