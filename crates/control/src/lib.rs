//! The control plane: use cases over resources, and their resolution to the snapshot a gateway runs.

mod actor;
mod apis;
mod apply;
mod began;
mod blocks;
pub mod bundle;
mod catalogue;
mod change;
mod check;
mod compatibility;
mod compile;
mod contracts;
mod control;
mod credentials;
mod decisions;
mod designs;
mod diff;
mod digest;
mod error;
mod evidence;
mod export;
mod files;
mod forensics;
mod had;
mod hooks;
mod import;
mod intake;
mod key;
mod key_uses;
mod life;
mod nearest;
mod notices;
mod oauth;
mod papers;
mod people;
mod portal;
mod prices;
mod promotion;
mod redact;
mod resources;
mod reviews;
mod rollout;
mod secrets;
mod sessions;
mod sign_ins;
mod sign_outs;
mod split;
mod sso;
mod standards;
mod subscribing;
mod subscriptions;
mod syslog;
mod tenancy;
mod throttle;
mod usage;
mod views;

pub use actor::{Actor, Who};
pub use blocks::{BlockAsked, BlockMade};
pub use bundle::{Bundle, BundleFile, Reading, Sourced};
pub use catalogue::{CatalogueConsumer, CatalogueRow, catalogue_csv};
pub use check::{Checked, check};
pub use compatibility::{ChangeLevel, ContractChange, ContractChanges};
pub use compile::{Compiled, Files, compile, files_of};
pub use contracts::{ContractSummary, ContractText, ContractTexts, OperationSummary};
pub use control::{Control, Options};
pub use decisions::{DecisionOutcome, DecisionsAsked, WaitingView};
pub use designs::{
    DesignCheck, DesignEdit, DesignFinding, DesignFix, FindingAdded, FindingChanges, PlaceMoved,
    PublishedDesign, Writing, WritingChecked,
};
pub use drift::{UsedBy, Uses};
pub use error::Error;
pub use evidence::{TestReport, TestReportView};
pub use forensics::{Piece, Subject, SubjectView, Trail};
pub use had::Then;
pub use hooks::{DeliveryView, HookAnswered, HookCall, HookClient};
pub use key_uses::{KeyView, PasswordView};
pub use life::{
    EmergencyView, LifeEvent, LifeMove, LifeStep, LifeView, ProposalView, ReviewLine, ReviewView,
};
pub use notices::{NoticeOf, NoticeView};
pub use oauth::{
    Asked, AskedScope, ClientForm, ClientKnown, ClientPlace, ClientRequest, ConsentView, Decided, Denied,
    DeviceAsked, InitialToken, IssuedClient, Person, RegistrationView,
};
pub use passkey::RelyingParty;
pub use people::{
    Area, Authority, Beside, Confirmation, ConfirmationWays, CreationOptions, DeveloperView,
    EffectivePermission, FactorNeeded, Invited, IssuedToken, Letter, MemberForm, MemberView, Membership,
    Only, PASSWORD_LENGTH, PasskeyMade, PasskeyShown, PasskeyView, Permission, Permissions, Post, Posted,
    ProvisionForm, ProvisionedGroup, ProvisionedUser, QrCode, Reach, RequestOptions, RoleForm, RoleView,
    Scope, SecondFactorView, Seed, TokenForm, TokenView, Verb,
};
pub use prices::{Money, PlanChangePreview};
pub use promotion::{EnvironmentView, PromotionAsked, PromotionView};
pub use reviews::{Remark, RemarkPlace, ReviewAsked, ReviewEnd, ReviewVerdict, Said};
pub use rollout::{Conduct, RolloutStanding, Rollouts, Verdict, judge};
pub use secrets::{MasterKeys, ReferenceView, SecretPlace, SecretReference, SecretSource, SecretView, Told};
pub use sign_ins::Through;
pub use split::SplitStep;
pub use sso::{
    IdentityView, LogoutCame, ProviderAnswer, ProviderAnswered, ProviderButton, ProviderCall, ProviderCheck,
    ProviderClient, SignInWays, SsoAnswer, SsoAsked, SsoBegun, SsoDone, SsoRefused,
};
pub use standards::{RequirementStanding, StandardStanding};
pub use store::{AuditQuery, AuditVerdict, Origin, PersonKind};
pub use subscribing::{Wish, terms_digest};
pub use syslog::syslog;
pub use usage::{NotKnown, Usage, Used};
pub use views::*;
