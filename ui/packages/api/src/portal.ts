// The portal API's client, and the shapes of what it answers with, from `openapi/portal.json`.
import { createClient } from './call.ts';
import type { components } from './generated/portal.ts';

type Schemas = components['schemas'];

export const base = '/portal/api/v1';
export const client = createClient(base);

export type Site = Schemas['Site'];
export type ApiSummary = Schemas['CatalogApi'];
export type ApiDetail = Schemas['ApiPage'];
export type PlanSummary = Schemas['Plan'];
export type Product = Schemas['Product'];
export type Found = Schemas['Hit'];
export type Session = Schemas['Session'];
export type SignedUp = Schemas['SignedUp'];
export type SignIn = Partial<Schemas['SignIn']>;
export type PasskeyRequest = Schemas['RequestOptions'];
export type PasskeyMade = Schemas['PasskeyMade'];
export type PasskeyAdded = Schemas['PasskeyAdded'];
export type CreationOptions = Schemas['CreationOptions'];
export type ConfirmationWays = Schemas['ConfirmationWays'];
export type Confirmation = Partial<Schemas['Confirmation']>;
export type SignInHelp = Schemas['SignInHelp'];
export type Identity = Schemas['IdentityView'];
export type Seed = Schemas['Seed'];
export type SecondFactor = Schemas['SecondFactorView'];
export type AppKey = Schemas['KeyView'];
export type IssuedKey = Schemas['IssuedKey'];
export type PlanChangePreview = Schemas['PlanChangePreview'];
export type AppSubscription = Schemas['Subscription'];
export type PortalApp = Schemas['App'];
export type OAuthClient = Schemas['Client'];
export type ClientForm = Schemas['ClientForm'];
export type IssuedClient = Schemas['IssuedClient'];
export type Authorization = Schemas['AuthorizationView'];
export type AskedScope = Schemas['AskedScope'];
export type DeviceAsked = Schemas['DeviceAsked'];
export type Consent = Schemas['ConsentView'];
export type Sandbox = Schemas['SandboxView'];
export type Usage = Schemas['AppUsage'];
export type Call = Schemas['AppCall'];
export type Notice = Schemas['Notice'];
export type ProblemType = Schemas['ProblemType'];
export type OperationReference = Schemas['OperationReference'];
export type Outline = Schemas['Outline'];
export type SchemaPage = Schemas['SchemaPage'];
export type Tried = Schemas['Tried'];
export type Attempt = Schemas['Attempt'];

/** A list in parts: `next` asks for the following one. */
export interface Page<T> {
  items: T[];
  next?: string | null;
  total?: number | null;
}
