export { type Answer, type CallOptions, type Client, createClient, type Query, queryString } from './call.ts';
export { type FactorNeeded, type Finding, type PasskeyRequest, type Place, ProblemError, problemOf } from './problem.ts';
