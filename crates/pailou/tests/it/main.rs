//! The real binary, as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::disallowed_methods, reason = "other processes keep the real time")]

mod acme;
mod as_code;
mod bad_input;
mod cache;
mod compatibility;
mod crash;
mod design;
mod documents;
mod drift;
mod emergency;
mod environments;
mod examples;
mod gateway;
mod gateways;
mod governance;
mod importing;
mod keys;
mod kit;
mod ldap;
mod lifecycle;
mod limits;
mod lint;
mod mock;
mod oauth;
mod pebble;
mod people;
mod registration;
mod reviews;
mod roles;
mod routes;
mod ruling;
mod secrets;
mod signing_out;
mod specs;
mod split;
mod sso;
mod subscriptions;
mod tenancy;
mod tls;
mod traffic;
mod trial;
mod upgrade;
mod versions;
mod walk;
mod workspaces;
