//! Bodies over a limit, through a whole gateway.

use std::time::Duration;

use policies::CATALOG;
use testkit::{Setup, Upstream};

#[tokio::test(start_paused = true)]
async fn a_streamed_response_over_the_limit_breaks_off_at_the_client() {
    let pieces = [(Duration::from_secs(1), "0123456789"), (Duration::from_secs(1), "0123456789")];
    for (max, whole) in [("19B", false), ("20B", true)] {
        let upstream = Upstream::stream("text/plain", &pieces);
        let policies = format!("response-size-limit: {{ max: {max} }}");
        let gw = Setup::new(CATALOG).upstream("s", upstream).api("a", "/", "s", &policies).start();
        let (head, pieces) = gw.get("/").pieces().await.unwrap();
        assert_eq!(head.status, 200);
        assert_eq!(pieces[0].1.as_ref().unwrap(), "0123456789");
        assert_eq!(pieces.iter().all(|(_, piece)| piece.is_ok()), whole, "{max}");
    }
}
