//! The nouns of Pailou: resource documents, the snapshot a gateway runs, findings and events.
//!
//! Plain data. No runtime, socket, database or clock is known here.

mod acme;
mod api;
mod app;
mod authorization_server;
mod block;
mod consumer;
mod design;
mod discovery;
pub mod event;
pub mod fast_hash;
mod finding;
mod gateway;
mod identity_provider;
mod lifecycle;
mod link_local;
mod listener;
mod name;
mod oauth;
mod policy_use;
mod product;
mod resilience;
mod resource;
mod rooted;
mod route;
pub mod routing;
mod saml_sign_in;
mod secret;
pub mod shared_map;
mod sign_out;
pub mod snapshot;
mod split;
mod standard;
pub mod standing;
mod tls;
pub mod tree;
mod unit;
mod upstream;
mod upstream_tls;
mod version_match;
mod webhook;
mod workspace;

pub use acme::{Acme, AcmeAccount, ChallengeType, LETS_ENCRYPT, OpenChallenge};
pub use api::{
    Api, ApiRef, Breaks, Compatibility, ContractSource, Listen, OperationSettings, UpstreamSource, Visibility,
};
pub use app::{AgreedTerms, App, PlanChange, Subscription, SubscriptionState};
pub use authorization_server::{AuthorizationServer, Registration, TokenServer};
pub use block::{Block, Blocked};
pub use consumer::{Consumer, Credential, KeyHash, KeyUse};
pub use design::Design;
pub use discovery::{Discovery, DnsDiscovery, DnsRecords, FileDiscovery, Scheme};
pub use event::{EventSink, ExchangeEvent, Recorder};
pub use finding::{Finding, Place, Severity};
pub use gateway::{Gateway, GatewayCache, GatewayLimits, GatewayTimeouts, WrongCredentials};
pub use identity_provider::{ConsoleSignIn, ExistingAccounts, GroupRole, IdentityProvider, PortalSignIn};
pub use lifecycle::{Brownout, LifeState, Lifecycle};
pub use link_local::{is_link_local, network};
pub use listener::{AskedCertificate, Listener};
pub use name::{InvalidName, Name};
pub use oauth::{ClientGrant, ClientSecret, OAuthClient, Revoked, TokenIssuer};
pub use policy_use::{PolicyUse, ReadFiles};
pub use product::{Approval, ApprovalRule, ApprovalStep, BillingPeriod, Plan, Price, Product};
pub use resilience::{
    ActiveCheck, Backoff, CheckType, CircuitBreaker, CircuitBreakers, EndpointLimits, GrpcCode, HealthChecks,
    Hedge, HedgeAfter, PassiveCheck, Retries, RetryBudget, RetryOn, UpstreamLimits,
};
pub use resource::{Kind, Resource};
pub use rooted::is_rooted;
pub use route::{Route, RouteMatch, ValueMatch};
pub use saml_sign_in::{SamlSignIn, is_entity_id};
pub use secret::{SECRET_SCHEME, Secret, SecretValues, secret_references, with_secrets};
pub use shared_map::SharedMap;
pub use sign_out::SignOut;
pub use snapshot::{Snapshot, SnapshotVersion};
pub use split::{Branch, BranchMatch, Rollout, RolloutEnd, Split};
pub use standard::{
    DeprecationRequirement, Enforcement, FailOn, LintRequirement, OneOf, Requirement, Requirements,
    RetirementRequirement, ReviewRequirement, Standard, StandardScope, TestRequirement, Waiver,
};
pub use tls::{Certificate, CipherSuite, ClientAuth, ClientAuthMode, ClientAuthPems, GatewayTls, TlsVersion};
pub use unit::{ByteSize, Span};
pub use upstream::{Balance, Endpoint, HashOn, OwnCookie, Protocol, SameSite, Timeouts, Upstream};
pub use upstream_tls::{UpstreamPems, UpstreamTls};
pub use version_match::{VersionMatch, VersionedMedia, is_day};
pub use webhook::{Webhook, WebhookEvent};
pub use workspace::{DEFAULT_WORKSPACE, Workspace, WorkspaceLimits, scoped, scoped_shared, unscoped};
