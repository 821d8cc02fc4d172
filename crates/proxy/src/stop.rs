//! Ends what is under way once it is blocked.
//!
//! An exchange keeps what blocks are found by. Changes of blocks are counted, and whoever carries an exchange is woken by one: it
//! compares the count, and looks again where that has changed. An exchange that goes on pays one comparison each time it is woken.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering::Acquire},
};

use model::{KeyHash, snapshot::Caller};
use policy::{Identity, Problem};

use crate::{
    table::Table,
    tenants::{self, Tenant},
    worker::Shared,
};

/// Whose exchange it is, as far as blocks ask.
pub(crate) struct Subject {
    tenant: usize,
    client: IpAddr,
    caller: Option<(Arc<Caller>, Option<KeyHash>)>,
    /// The blocks it was last held against; see [`Table::blocks`].
    seen: u64,
}

impl Subject {
    /// Somebody at this address who asks for something of a workspace, and was held against the blocks of this table.
    pub(crate) fn new(table: &Table, tenant: usize, client: IpAddr) -> Subject {
        Subject { tenant, client, caller: None, seen: table.blocks }
    }

    /// It is known who calls.
    pub(crate) fn is(&mut self, identity: &Identity) {
        self.caller = Some((Arc::clone(&identity.caller), identity.key));
    }

    /// Whether it may go on with a service.
    ///
    /// # Errors
    /// What has been blocked since it was last held against blocks.
    pub(crate) fn check(&mut self, shared: &Shared, service: &str) -> Result<(), Problem> {
        let newest = shared.blocks.load(Acquire);
        if newest == self.seen {
            return Ok(());
        }
        self.look_again(shared, service, newest)
    }

    #[cold]
    fn look_again(&mut self, shared: &Shared, service: &str, newest: u64) -> Result<(), Problem> {
        self.seen = newest;
        let table = shared.table.load();
        let now = shared.clock.time(tokio::time::Instant::now()).unix_ms;
        let blocks =
            |tenant: usize| table.tenants.get(tenant).and_then(|Tenant { blocks, .. }| blocks.as_ref());
        if let Some(of_all) = blocks(tenants::DEFAULT) {
            of_all.check_address(self.client, now)?;
        }
        let Some(blocks) = blocks(self.tenant) else { return Ok(()) };
        blocks.check_address(self.client, now)?;
        blocks.check_service(service, now)?;
        match &self.caller {
            Some((caller, key)) => blocks.check_caller(caller, key.as_ref(), now),
            None => Ok(()),
        }
    }
}
