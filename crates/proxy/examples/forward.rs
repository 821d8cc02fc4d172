//! A gateway before one upstream, with as many routes as asked for: `forward LISTEN UPSTREAM [ROUTES] [WORKERS]`. For profiling.

use std::sync::Arc;

use model::{
    SharedMap, Snapshot,
    event::NoRecorder,
    snapshot::{Answers, Service},
};
use policy::Catalogue;
use proxy::{Config, Gateway};

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let listen = args.next().ok_or("an address to listen at is missing")?.parse()?;
    let endpoint = args.next().ok_or("the upstream's URL is missing")?;
    let routes: usize = args.next().map_or(Ok(1), |count| count.parse())?;
    let workers = args.next().map_or(Ok(1), |count| count.parse())?;
    let upstream = Arc::new(serde_json::from_value(serde_json::json!({ "endpoints": [endpoint] }))?);
    let mut services = SharedMap::new();
    for number in 0..routes {
        let service = Service {
            key: format!("api/bench-{number}").into(),
            api: Some(format!("bench-{number}").into()),
            workspace: "default".parse()?,
            listen: serde_json::from_value(serde_json::json!({ "path": format!("/bench-{number}") }))?,
            answers: Answers::Everything,
            upstream: Arc::clone(&upstream),
            split: None,
            policies: Vec::new(),
            contract: None,
        };
        services.insert(Arc::clone(&service.key), Arc::new(service));
    }
    let snapshot = Arc::new(Snapshot { number: 1, services, ..Snapshot::default() });
    let config = Config { http: Some(listen), workers, ..Config::default() };
    let _gateway = Gateway::start(config, Catalogue::EMPTY, snapshot, Arc::new(NoRecorder))?;
    loop {
        std::thread::park();
    }
}
