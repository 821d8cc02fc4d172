//! `pailou quickstart`: everything, with a sample API and a sample service behind it.

use std::io::Write as _;

use control::{Actor, Bundle, BundleFile, Control, Expect, Origin, PlanOptions};
use model::{Endpoint, Kind, Resource, Upstream};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    logging,
    options::{Options, Role},
    platform::{Platform, block_on},
    sample,
    shutdown::{self, Failure},
};

const CONTRACT: &str = include_str!("../sample/orders.openapi.yaml");
const RESOURCES: &str = include_str!("../sample/resources.yaml");
const CONSUMER: &str = "quickstart";
const UPSTREAM: &str = "orders-sample";

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    logging::start("warn");
    if options.role != Role::All {
        return Err(Failure::new("quickstart runs everything; leave --role out"));
    }
    block_on(async {
        let service = sample::Service::start().await?;
        let platform = Platform::start(options, None).await?;
        let key = fill(&platform.control, &service).await?;
        let secret = platform.control.create_sign_in_link(&actor()).await.map_err(told)?;
        print(&platform, options.admin_token.is_some(), key.as_deref(), &secret);
        stopped().await;
        // Whoever read the output may have gone.
        let _ = writeln!(std::io::stdout(), "\nStopping.");
        platform.stop().await;
        service.stop().await;
        Ok(())
    })
}

/// Waits until it is to stop. The signal by which `serve` is replaced would end this process: there is nobody to take over the sample.
async fn stopped() {
    let mut upgrade = signal(SignalKind::user_defined2()).ok();
    let requested = shutdown::requested();
    tokio::pin!(requested);
    loop {
        let asked = async {
            match &mut upgrade {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = &mut requested => return,
            () = asked => tracing::warn!(
                "the quickstart is not replaced while it runs, as `pailou serve` is: stop it and start it again"
            ),
        }
    }
}

/// Brings the sample in at the first start, and its key; later only the address of the sample service.
async fn fill(control: &Control, service: &sample::Service) -> Result<Option<String>, Failure> {
    let ws = model::Name::default_workspace();
    let upstream = Upstream {
        name: UPSTREAM.parse().ok(),
        endpoints: vec![Endpoint::at(format!("http://{}", service.addr()))],
        ..Upstream::default()
    };
    if control.snapshots().borrow().number > 0 {
        if control
            .get(&ws, Kind::Upstream, UPSTREAM)
            .is_ok_and(|stored| stored.resource != Resource::from(upstream.clone()))
        {
            control.put(&actor(), &ws, upstream.into(), Expect::Any).await.map_err(told)?;
        }
        return Ok(None);
    }
    control.put(&actor(), &ws, upstream.into(), Expect::Any).await.map_err(told)?;
    let file = |path: &str, text: &str| BundleFile { path: path.to_owned(), text: text.to_owned() };
    let bundle = Bundle {
        files: vec![file("orders.openapi.yaml", CONTRACT), file("resources.yaml", RESOURCES)],
        agreed: None,
    };
    let options = PlanOptions { origin: Origin::Quickstart, prune: false, fail_on: None };
    control.apply(&actor(), &ws, bundle, options).await.map_err(told)?;
    let issued =
        control.issue_key(&actor(), &ws, Kind::Consumer, CONSUMER, None, Vec::new()).await.map_err(told)?;
    Ok(Some(issued.key))
}

fn print(platform: &Platform, is_token_given: bool, key: Option<&str>, secret: &str) {
    let (admin, gateway) = (platform.admin_url(), platform.gateway_url().unwrap_or_default());
    println!("\nPailou is running. Ctrl-C stops it; starting it again continues where it was.\n");
    println!("  Console   {admin}/console/sign-in#{secret}");
    println!("            (signs you in once, within 15 minutes; starting again prints a new link)");
    println!("  Portal    {admin}/portal");
    match key {
        Some(key) => println!("  API key   {key}"),
        None => println!(
            "  API key   the one printed at the first start; issue another in the console under Consumers › {CONSUMER}"
        ),
    }
    match &platform.new_admin_token {
        Some(token) => {
            println!("  Token     {token}  (the administrator's, for PAILOU_TOKEN; shown this once)");
        }
        None if is_token_given => println!("  Token     that of PAILOU_ADMIN_TOKEN is the administrator's"),
        None => println!(
            "  Token     the administrator's as it was; starting with PAILOU_ADMIN_TOKEN sets another"
        ),
    }
    println!("\nTry:\n");
    println!("  curl -i {gateway}/orders/v1/orders -H 'x-api-key: {}'\n", key.unwrap_or("YOUR-KEY"));
}

fn actor() -> Actor {
    Actor::new("quickstart", Origin::Quickstart)
}

fn told(error: control::Error) -> Failure {
    let lines: Vec<_> = error.findings().iter().map(ToString::to_string).collect();
    Failure::lines(lines.into_iter().chain([shutdown::chain(&error)]))
}
