// Generated from openapi/portal.json by `npm run codegen`; do not edit.
export interface paths {
    "/portal/api/v1/site": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this portal is called, and where its APIs answer. */
        get: operations["getSite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public APIs, by id. */
        get: operations["listApis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An API: what it does, how to call it, how to get access. */
        get: operations["getApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Operations of all public APIs that match every word. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public products, by name. */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/products/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A product with its plans and APIs. */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every type of problem an API call can be answered with. */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One type of problem: what it means and what to do. */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis/{id}/outline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an API's contract has, at a glance. */
        get: operations["getApiOutline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis/{id}/operations/{operation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One operation, whole, with code that calls it. */
        get: operations["getApiOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis/{id}/schemas/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One schema of an API's contract with those it uses. */
        get: operations["getApiSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apis/{id}/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contract of an API, as it was given. */
        get: operations["getApiContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls an API through its own gateway, so that no page needs CORS. */
        post: operations["tryOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a developer's account and signs in. */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/account/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirms the address of a sign-up by the link that was sent there, and signs in. */
        post: operations["confirmAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/password/forgotten": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a link for another password, where there is an account; the answer is the same. */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the password of an account by the secret of a link for it. */
        post: operations["setPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether one has a second factor. */
        get: operations["getSecondFactor"];
        /** Asks for a code from now on; the answer has recovery codes, shown this once. */
        put: operations["setSecondFactor"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/second-factor/seed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Draws a seed for an authenticator app (TOTP, RFC 6238); nothing keeps it yet. */
        post: operations["drawSeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/second-factor/off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for no code any more; all of one's sessions end. */
        post: operations["dropSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether one showed lately that it is still oneself, and how one can. */
        get: operations["getConfirmation"];
        put?: never;
        /** Shows that it is still oneself: for ten minutes, what asks for it goes on. */
        post: operations["confirmSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** By which a browser makes a passkey (WebAuthn); nothing keeps it yet. */
        post: operations["drawPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a passkey that a browser made; with the first second factor come recovery codes, shown this once. */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a passkey of one's account another name. */
        put: operations["renamePasskey"];
        post?: never;
        /** Takes a passkey off one's account; one's other sessions end. */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Other recovery codes in place of those there are; shown this once. */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/passkey-challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** By which a browser signs in with a passkey (WebAuthn). */
        post: operations["challengePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one signs in, and what helps. */
        get: operations["getSignInHelp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sso/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to sign in by an identity provider; the answer says where the browser goes. */
        post: operations["beginSso"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sso/{workspace}/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an identity provider sends the browser back to. */
        get: operations["finishSso"];
        put?: never;
        /** Where an identity provider of SAML sends its answers, by the browser. */
        post: operations["answerSso"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sso/{workspace}/{provider}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an identity provider of SAML is to know of Pailou. */
        get: operations["getSsoMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sso/{workspace}/{provider}/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an identity provider of SAML has somebody signed out, by the browser; and where browsers come back to after signing out there. */
        get: operations["signOutBySso"];
        put?: never;
        /** The same by a form. */
        post: operations["signOutBySsoForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/sso/{workspace}/{provider}/backchannel-logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where an identity provider says that somebody signed out there. */
        post: operations["backchannelLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The identity providers that one's account is connected with. */
        get: operations["listOwnIdentities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session/identities/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to connect one's account with an identity provider. */
        post: operations["connectIdentity"];
        /** Takes the connection of one's account with an identity provider away. */
        delete: operations["disconnectIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["getSession"];
        put?: never;
        /** Signs in with e-mail address and password. */
        post: operations["createSession"];
        /** Signs out. */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own apps. */
        get: operations["listApps"];
        put?: never;
        /** Registers an app. */
        post: operations["createApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An app with its keys and subscriptions. */
        get: operations["getApp"];
        /** Changes what an app is called. */
        put: operations["updateApp"];
        post?: never;
        /** Deletes an app with its keys and subscriptions. */
        delete: operations["deleteApp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an API key for an app; shown this once. */
        post: operations["issueAppKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/keys/{key_hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an API key back. */
        delete: operations["revokeAppKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Subscribes an app to a product under a plan. */
        post: operations["createSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/subscriptions/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What another plan would cost now, and what is given back of the present one. */
        get: operations["previewPlan"];
        /** Changes the plan of a subscription, or asks for it. */
        put: operations["changePlan"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a subscription. */
        delete: operations["deleteSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An app as an OAuth client. */
        get: operations["getAppClient"];
        /** Makes an app an OAuth client, or changes it as one; a secret is shown this once. */
        put: operations["putAppClient"];
        post?: never;
        /** Takes the OAuth client of an app away, and its tokens with it. */
        delete: operations["deleteAppClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/client/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives an OAuth client a fresh secret; shown this once. */
        post: operations["rotateAppClientSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/registration-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a token with which clients register themselves (RFC 7591); shown this once. */
        post: operations["createRegistrationToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/sandbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where mocks of the public APIs answer for an app, before it may call the real ones. */
        get: operations["listAppSandboxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/sandbox/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a mock of an API as an app. */
        post: operations["trySandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/sandbox/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets what an app has created in its sandboxes. */
        post: operations["resetSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one is told of APIs that one's apps use: of their end, and of changes that break callers. */
        get: operations["listNotices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an app called, over time and by operation. */
        get: operations["getAppUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/apps/{name}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The calls of an app, the newest first. */
        get: operations["listAppCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/authorization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an app asks who is signed in to agree to. */
        post: operations["askAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/authorization/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agrees to what an app asks, or does not. */
        post: operations["decideAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the device asks for that shows a code. */
        post: operations["askDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/device/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agrees to what a device asks, or does not. */
        post: operations["decideDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The apps that who is signed in agreed to. */
        get: operations["listConsents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portal/api/v1/consents/{client}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes back what was agreed to: the app's tokens end. */
        delete: operations["revokeConsent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Terms that a developer agreed to. */
        AgreedTerms: {
            /** @description SHA-256 of the text, hexadecimal. */
            digest: string;
            /** @description When (RFC 3339). */
            at: string;
        };
        /** @description An algorithm, by its number (COSE). */
        Algorithm: {
            type: string;
            /** Format: int32 */
            alg: number;
        };
        AnswerFields: {
            SAMLResponse: string;
            RelayState: string;
        };
        /** @description An API: what it does, how to call it, how to get access. */
        ApiPage: {
            id: string;
            name: string;
            version: string | null;
            title: string;
            /** @description The beginning of the description, without Markdown's signs of a heading. */
            summary: string;
            tags: string[];
            /**
             * Format: uint
             * @description How many operations its contract has; 0 for a pass-through.
             */
            operations: number;
            /** @description Whether it has a contract, and with it a reference. */
            contract: boolean;
            /** @description Where it is in its life, where that is worth saying. */
            lifecycle: components["schemas"]["Lifecycle"] | null;
            /** @description Markdown. */
            description: string;
            owner: string | null;
            /** @description Where it answers: scheme, host and base path. */
            base_url: string;
            /** @description Public products with this API. */
            products: components["schemas"]["ApiProduct"][];
            /** @description What a call must prove, by the policies of the API. */
            auth: components["schemas"]["Auth"][];
        };
        /** @description A product with the API, and the plans it is offered under. */
        ApiProduct: {
            name: string;
            title: string;
            plans: components["schemas"]["Plan"][];
        };
        /** @description An app with its keys and subscriptions. */
        App: {
            name: string;
            title: string;
            description: string;
            /** @description RFC 3339. */
            created_at: string;
            keys: components["schemas"]["KeyView"][];
            subscriptions: components["schemas"]["Subscription"][];
        };
        /** @description A call as its caller may see it: nothing of what lies behind the gateway. */
        AppCall: {
            id: string;
            /**
             * Format: uint64
             * @description When the request arrived, milliseconds since 1970.
             */
            at: number;
            request_id: string;
            trace_id: string;
            method: string;
            /** @description Without its query: queries may carry secrets. */
            path: string;
            host: string;
            /** @description The API's id. */
            api: string | null;
            operation: string | null;
            plan: string | null;
            /** Format: uint16 */
            status: number;
            /** @description The code of the gateway's refusal. */
            problem: string | null;
            /** Format: double */
            duration_ms: number;
            /** Format: uint64 */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description A part of a list. */
        AppCallList: {
            items: components["schemas"]["AppCall"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What a developer says of an app. */
        AppForm: {
            /** @description By default made of the title. */
            name?: string | null;
            title?: string | null;
            description?: string | null;
        };
        /** @description A part of a list. */
        AppList: {
            items: components["schemas"]["App"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What an app called, over time and by operation. */
        AppUsage: {
            traffic: components["schemas"]["Traffic"];
            /** @description The most called first. */
            operations: components["schemas"]["TopRow"][];
        };
        /** @description Whether a subscription is active at once or waits for a person. */
        Approval: ("auto" | "manual") | "conditional";
        /** @description What a person is asked. */
        Asked: {
            /** @description What the app is called. */
            app: string;
            description: string | null;
            /** @description Whether nobody but the app's own device vouches for which app it is. */
            is_public: boolean;
            scopes: components["schemas"]["AskedScope"][];
            /** @description Where the person is sent afterwards: a host, or the scheme of an app. */
            returns_to: string | null;
            /** @description Whether that is the person's own machine, where any program may answer. */
            returns_here: boolean;
            /** @description The one API the app wants to call; all it may call, where absent. */
            resource: string | null;
            /** @description Whether the person agreed to all of it before, and need not be asked. */
            is_remembered: boolean;
        };
        /** @description One thing that the app wants to do. */
        AskedScope: {
            name: string;
            /** @description What it lets the app do, in the words of the contracts; the first of them that says it. */
            description: string | null;
            /** @description Operations that need it, by what their contracts call them. */
            operations: string[];
        };
        /** @description A call to try. */
        Attempt: {
            /** @description The id of a public API. */
            api: string;
            method: string;
            /** @description The path below the API's base path, with its query. */
            path: string;
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** @default null */
            body?: string | null;
        };
        /** @description What a call must prove, by one policy. */
        Auth: {
            policy: string;
            /** @description The header that carries the credential. */
            header: string | null;
            /** @description The query parameter that may carry it. */
            query: string | null;
        };
        /** @description What is asked; or where the person goes without being asked. */
        AuthorizationView: {
            asked: components["schemas"]["Asked"] | null;
            location: string | null;
        };
        /** @description Where to go after signing in. */
        Begin: {
            /**
             * @description A path below the pages: `/apis`.
             * @default null
             */
            next?: string | null;
            /**
             * @description Whether to sign in there anew, whatever the provider remembers: it shows that it is still them.
             * @default false
             */
            again?: boolean;
        };
        /** @description Where the browser signs in. */
        Begun: {
            /** @description At the provider. */
            location: string;
        };
        /**
         * @description What a price is for: a month or a year of the calendar, in UTC, from when the subscription began.
         * @enum {string}
         */
        BillingPeriod: "month" | "year";
        /** @description A request body. */
        Body: {
            /** @default false */
            required: boolean;
            /** @description Markdown. */
            description?: string | null;
            /** @description In the order of the contract. */
            content: components["schemas"]["Media"][];
        };
        /** @description A time in which the calls of an API that is deprecated are refused. It is a day long at most. */
        Brownout: {
            /** @description When it begins: `2026-10-01T09:00:00Z`. */
            from: string;
            /** @description When it is over. */
            until: string;
        };
        /** @description Requests by whose fault they did not succeed. */
        ByFault: {
            /**
             * Format: uint64
             * @description Succeeded.
             */
            none: number;
            /**
             * Format: uint64
             * @description The client's.
             */
            downstream: number;
            /** Format: uint64 */
            upstream: number;
            /** Format: uint64 */
            gateway: number;
        };
        /** @description An API in the catalog. */
        CatalogApi: {
            id: string;
            name: string;
            version: string | null;
            title: string;
            /** @description The beginning of the description, without Markdown's signs of a heading. */
            summary: string;
            tags: string[];
            /**
             * Format: uint
             * @description How many operations its contract has; 0 for a pass-through.
             */
            operations: number;
            /** @description Whether it has a contract, and with it a reference. */
            contract: boolean;
            /** @description Where it is in its life, where that is worth saying. */
            lifecycle: components["schemas"]["Lifecycle"] | null;
        };
        /** @description A part of a list. */
        CatalogApiList: {
            items: components["schemas"]["CatalogApi"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /**
         * @description Which way messages go, seen from the client.
         * @enum {string}
         */
        ChannelAction: "send" | "receive";
        /** @description A message of a channel. */
        ChannelMessage: {
            name: string;
            title?: string | null;
            summary?: string | null;
            content_type: string;
            /** @description Its payload; a reference leads to one of `schemas`. Nothing where it is long, or not written in JSON Schema. */
            schema?: unknown;
        };
        /** @description What a client does at a channel. */
        ChannelOperation: {
            id: string;
            action: components["schemas"]["ChannelAction"];
            summary?: string | null;
            /** @description Markdown. */
            description?: string | null;
            messages: components["schemas"]["ChannelMessage"][];
        };
        /** @description An app as a client of the authorization server. */
        Client: {
            client_id: string;
            /** @description Where everything about the server is told (RFC 8414). */
            issuer: string;
            /** @description Absent while a server elsewhere does not say it. */
            token_endpoint?: string | null;
            /** @description Absent while a server elsewhere does not say it. */
            authorization_endpoint?: string | null;
            /** @description What the authorization server is called that it is registered with; absent for the built-in one. */
            server?: string | null;
            grants: components["schemas"]["ClientGrant"][];
            redirect_uris: string[];
            public: boolean;
            dpop: boolean;
            /** @description Whether it proves itself with keys of its own. */
            has_keys: boolean;
            secrets: components["schemas"]["ClientSecret"][];
            /** @description What it may ask for: what the contracts name of the APIs it is subscribed to. */
            scopes: string[];
            /** @description When it last got a token (RFC 3339), or up to a minute before; absent where it never did. */
            last_used_at?: string | null;
        };
        /** @description What a developer says of an app as a client. */
        ClientForm: {
            /**
             * @description How it may ask for tokens; by default with its own credentials.
             * @default null
             */
            grants?: components["schemas"]["ClientGrant"][] | null;
            /**
             * @description Where people may be sent back to.
             * @default []
             */
            redirect_uris?: string[];
            /**
             * @description Whether it can keep no secret: an app on a device or in a browser.
             * @default false
             */
            public?: boolean;
            /**
             * @description Its public keys (RFC 7517), which prove it in place of a secret.
             * @default null
             */
            jwks?: unknown;
            /**
             * @description Whether its tokens are always bound to a key of its own (RFC 9449).
             * @default false
             */
            dpop?: boolean;
        };
        /** @description A way to ask for tokens. */
        ClientGrant: "client-credentials" | "authorization-code" | "device-code";
        /** @description A secret as it is shown after its first time. */
        ClientSecret: {
            /** @description The first characters. */
            hint: string | null;
            /** @description RFC 3339. */
            created_at: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at: string | null;
        };
        /** @description Who confirms the address they signed up with. */
        Confirmation: {
            /** @description The secret of the link: what stands after `#`. */
            link: string;
            email: string;
            /**
             * Format: password
             * @description The one they chose.
             */
            password: string;
        };
        /**
         * @description What shows that it is still them: a passkey that asked who they are, or the password and, where there is one, the second factor; of
         *     the administrator the token.
         */
        Confirmation2: {
            /**
             * Format: password
             * @default null
             */
            password?: string | null;
            /**
             * @description Of the authenticator app, or a recovery code.
             * @default null
             */
            code?: string | null;
            passkey?: components["schemas"]["PasskeyShown"] | null;
            /**
             * Format: password
             * @description The admin token.
             * @default null
             */
            token?: string | null;
        };
        /** @description How who is signed in can show that it is still them. */
        ConfirmationWays: {
            /** @description Whether they did lately, so that nothing is asked. */
            confirmed: boolean;
            /** @description Until then; RFC 3339. */
            until?: string | null;
            /** @description By their password. */
            password: boolean;
            /** @description Whether the password needs a second factor beside it. */
            second_factor: boolean;
            /** @description Whether an authenticator app makes codes; a recovery code does in any case. */
            codes: boolean;
            /** @description For `navigator.credentials.get`, where they have a passkey. */
            passkey?: components["schemas"]["RequestOptions"] | null;
            /** @description By the admin token. */
            token: boolean;
            /** @description By signing in anew at this identity provider. */
            provider?: components["schemas"]["Name"] | null;
        };
        /** @description What a person agreed to. */
        ConsentView: {
            /** @description The id of the client. */
            client_id: string;
            /** @description What the app is called. */
            app: string;
            scopes: string[];
            /** @description When, RFC 3339. */
            at: string;
        };
        /** @description A part of a list. */
        ConsentViewList: {
            items: components["schemas"]["ConsentView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description For `navigator.credentials.create`: `PublicKeyCredentialCreationOptionsJSON` of the standard. */
        CreationOptions: {
            rp: components["schemas"]["Party"];
            user: components["schemas"]["PasskeyUser"];
            /** @description Base64url. */
            challenge: string;
            pubKeyCredParams: components["schemas"]["Algorithm"][];
            /**
             * Format: uint64
             * @description Milliseconds.
             */
            timeout: number;
            excludeCredentials: components["schemas"]["Descriptor"][];
            authenticatorSelection: components["schemas"]["Selection"];
            attestation: string;
        };
        /** @description A passkey, for the browser. */
        Descriptor: {
            type: string;
            /** @description Base64url. */
            id: string;
            transports: string[];
        };
        /** @description What a person with a device in their hands is asked. */
        DeviceAsked: {
            /** @description As the device shows it. */
            user_code: string;
            /** @description What the app is called. */
            app: string;
            description: string | null;
            /** @description Whether nobody but the app's own device vouches for which app it is. */
            is_public: boolean;
            scopes: components["schemas"]["AskedScope"][];
            /** @description Where the person is sent afterwards: a host, or the scheme of an app. */
            returns_to: string | null;
            /** @description Whether that is the person's own machine, where any program may answer. */
            returns_here: boolean;
            /** @description The one API the app wants to call; all it may call, where absent. */
            resource: string | null;
            /** @description Whether the person agreed to all of it before, and need not be asked. */
            is_remembered: boolean;
        };
        /** @description The code that a device shows. */
        DeviceCode: {
            user_code: string;
        };
        /** @description A person's word on a device. */
        DeviceWord: {
            user_code: string;
            agrees: boolean;
        };
        /**
         * @description Which specification a document follows.
         * @enum {string}
         */
        Dialect: "swagger-2.0" | "openapi-3.0" | "openapi-3.1" | "openapi-3.2";
        /**
         * @description How the bytes of a body are written.
         * @enum {string}
         */
        Encoding: "utf8" | "base64";
        /** @description What turns a second factor on. */
        FactorForm: {
            /** Format: password */
            password: string;
            /** @description The seed that was drawn. */
            secret: string;
            /** @description A code of it. */
            code: string;
        };
        /** @description What turns it off. */
        FactorOff: {
            /** Format: password */
            password: string;
            /** @description A code, or one of the recovery codes. */
            code: string;
        };
        /** @description One thing a check has to say, with its place. */
        Finding: {
            severity: components["schemas"]["Severity"];
            /** @description Which rule speaks, in kebab case: `unknown-field`, `dangling-reference`. */
            rule: string;
            /** @description What is wrong and what to do; lower case, no full stop. */
            message: string;
            /** @description The resource it is about, as `api/orders@v1`. */
            resource?: string | null;
            /** @description The field, as `policies[0].rate-limit.window`. */
            field?: string | null;
            place?: components["schemas"]["Place"] | null;
        };
        /** @description Who forgot a password. */
        Forgotten: {
            email: string;
        };
        /** @description An operation that was found. */
        Hit: {
            /** @description The API's id. */
            api: string;
            api_title: string;
            operation: string;
            method: string;
            path: string;
            summary: string | null;
        };
        /** @description A part of a list. */
        HitList: {
            items: components["schemas"]["Hit"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Who somebody is at a provider, for people. */
        IdentityView: {
            /** @description The name of the provider. */
            provider: components["schemas"]["Name"];
            /** @description RFC 3339. */
            last_sign_in_at: string;
        };
        /** @description A part of a list. */
        IdentityViewList: {
            items: components["schemas"]["IdentityView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A token that registers clients; shown this once. */
        InitialToken: {
            token: string;
            /** @description Where clients register. */
            registration_endpoint: string;
            /** @description RFC 3339. */
            expires_at: string;
            /**
             * Format: uint64
             * @description Clients it registers.
             */
            clients: number;
        };
        /** @description A client as it was made, or its fresh secret; the secret is shown this once. */
        IssuedClient: {
            client_id: string;
            /** @description A public client, and one that proves itself with keys, has none. */
            client_secret: string | null;
        };
        /** @description A key, shown this once. */
        IssuedKey: {
            key: string;
            /** @description The first characters, to recognize it by. */
            hint: string;
            key_hash: components["schemas"]["KeyHash"];
        };
        /** @description What to know of a new key. */
        KeyForm: {
            /**
             * @description When it stops working (RFC 3339); never, where absent.
             * @default null
             */
            expires_at?: string | null;
        };
        KeyHash: string;
        /** @description A key of a consumer or an app, as it is shown after its first time. */
        KeyView: {
            key_hash: components["schemas"]["KeyHash"];
            /** @description The first characters. */
            hint: string | null;
            /** @description RFC 3339. */
            created_at: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at: string | null;
            /** @description What it is good for, where an API or policy asks for scopes. */
            scopes: string[];
            /** @description When a gateway last took it (RFC 3339), or up to a minute before; absent where none has told of it. */
            last_used_at: string | null;
        };
        /** @description A state of an API. */
        LifeState: "draft" | "review" | "prerelease" | "published" | "deprecated" | "retired" | "archived";
        /** @description Where an API is in its life, and what comes after it. Its answers say so. */
        Lifecycle: {
            /**
             * @description `draft` becomes `review`, `prerelease` or `published`, that `deprecated`, that `retired` and that `archived`; `review`, `deprecated`,
             *     `retired` and `archived` go back by one.
             * @default published
             */
            state: components["schemas"]["LifeState"];
            /** @description When it was, or will be, deprecated: `2026-06-30T00:00:00Z`. An API that is deprecated says it. */
            deprecated_at?: string | null;
            /** @description When it will stop to answer, or did; not before it is deprecated. */
            sunset_at?: string | null;
            /** @description The address of what comes after it, `https://api.example.com/orders/v2` or a path of the same host. */
            successor?: string | null;
            /** @description The address of a page that says more: why, and how to move. */
            docs?: string | null;
            /** @description Of an API that is deprecated: times in which calls are refused, so that who has not moved notices before it ends. */
            brownouts?: components["schemas"]["Brownout"][];
        };
        /** @description How many sessions ended. */
        LoggedOut: {
            /** Format: uint */
            sessions: number;
        };
        LogoutFields: {
            /** @description The provider has somebody signed out. */
            SAMLRequest?: string | null;
            /** @description Who signed out here has signed out there. */
            SAMLResponse?: string | null;
            RelayState?: string | null;
            /** @description By which algorithm the query is signed. */
            SigAlg?: string | null;
            Signature?: string | null;
        };
        LogoutFields2: {
            logout_token: string;
        };
        /** @description One form a body may take. */
        Media: {
            /** @description As `application/json`. */
            media_type: string;
            schema: unknown;
            /** @description A value to start from: the author's, or one made from the schema. */
            example?: unknown;
            /**
             * @description Whether `example` was made from the schema.
             * @default false
             */
            generated: boolean;
            /** @description The author's examples. */
            examples?: components["schemas"]["NamedExample"][];
        };
        /** @description An amount as it is written: `-4.35`, `EUR`. */
        Money: {
            amount: string;
            currency: string;
        };
        /** @description A name in kebab case, such as `orders-eu`. */
        Name: string;
        /** @description An example of the author. */
        NamedExample: {
            name: string;
            summary?: string | null;
            value: unknown;
        };
        /** @description What a contract may be written in. */
        Notation: "openapi" | "graphql" | "asyncapi" | "protobuf" | "wsdl" | "postman" | "har";
        /** @description A notice, and how much it is about who reads it. */
        Notice: {
            /** Format: uint64 */
            number: number;
            /** @description The API, such as `orders@v1`. */
            api: string;
            title: string;
            of: components["schemas"]["NoticeOf"];
            /** @description RFC 3339. */
            at: string;
            /** @description What changed, where the contract did. */
            changes: string[];
            sunset_at: string | null;
            successor: string | null;
            docs: string | null;
            /** @description Times in which calls are refused before it ends. */
            brownouts?: components["schemas"]["Brownout"][];
            /** @description The apps of who reads it that may use the API. */
            apps: string[];
            /**
             * Format: uint64
             * @description Calls of the API by these apps in the last thirty days.
             */
            calls: number;
        };
        /** @description A part of a list. */
        NoticeList: {
            items: components["schemas"]["Notice"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What those who use an API are told of. */
        NoticeOf: "deprecated" | "sunset" | "kept" | "retired" | "breaking";
        /** @description Where the person goes now. */
        Onward: {
            location: string;
        };
        /** @description One operation, whole, with code that calls it. */
        OperationReference: {
            id: string;
            /** @description In upper case. */
            method: string;
            /** @description The template: `/orders/{id}`. */
            path: string;
            summary?: string | null;
            /** @description Markdown. */
            description?: string | null;
            /** @default [] */
            tags: string[];
            /** @default false */
            deprecated: boolean;
            /**
             * @description What a caller needs, any one of these, by the contract.
             * @default []
             */
            security: {
                [key: string]: string[];
            }[];
            /**
             * @description The schemes `security` names, as the contract describes them.
             * @default {}
             */
            security_schemes: {
                [key: string]: unknown;
            };
            parameters: components["schemas"]["Parameter"][];
            request_body?: components["schemas"]["Body"] | null;
            /** @description In the order of the contract. */
            responses: components["schemas"]["Response"][];
            /** @description The schemas used, by name, as far as they fit. */
            schemas: {
                [key: string]: unknown;
            };
            /** @description Names of schemas used that did not fit; ask for them one by one. */
            more_schemas?: string[];
            /**
             * @description Something was cut to keep the page small: deep schemas are `{"x-truncated": true}`, long examples are left out.
             * @default false
             */
            truncated: boolean;
            /** @description Where the API answers: scheme, host and base path. */
            base_url: string;
            samples: components["schemas"]["Sample"][];
        };
        /** @description What a contract has, at a glance. */
        Outline: {
            title: string;
            /** @description The contract's `info.version`. */
            version: string;
            /**
             * @description What the contract is written in.
             * @default openapi
             */
            notation: components["schemas"]["Notation"];
            dialect: components["schemas"]["Dialect"];
            /** @description Markdown. */
            description?: string | null;
            /** @description In the order of the contract, then those only operations name. */
            tags: components["schemas"]["OutlineTag"][];
            /** @description In the order of the contract. */
            operations: components["schemas"]["OutlineOperation"][];
            /** @description Of AsyncAPI, in the order of the contract. */
            channels?: components["schemas"]["OutlineChannel"][];
            /** @description Names of the schemas, sorted. */
            schemas: string[];
        };
        /** @description A channel of AsyncAPI: where messages go. */
        OutlineChannel: {
            name: string;
            /** @description `orders/{id}/events`, or the name of a topic. */
            address: string;
            title?: string | null;
            /** @description Markdown. */
            description?: string | null;
            /** @description `kafka`, `wss`, `amqp` … */
            protocols: string[];
            /** @description Whether the gateway has a route for it: by WebSocket or HTTP. */
            routed: boolean;
            operations: components["schemas"]["ChannelOperation"][];
        };
        /** @description An operation in a list. */
        OutlineOperation: {
            id: string;
            method: string;
            path: string;
            summary?: string | null;
            tags?: string[];
            deprecated?: boolean;
        };
        /** @description A tag that groups operations. */
        OutlineTag: {
            name: string;
            /** @description Markdown. */
            description?: string | null;
        };
        /** @description A parameter. */
        Parameter: {
            name: string;
            in: components["schemas"]["ParameterPlace"];
            /** @default false */
            required: boolean;
            /** @default false */
            deprecated: boolean;
            /** @description Markdown. */
            description?: string | null;
            schema: unknown;
            /** @description `form`, `simple`, `deepObject` …; the default of its place where the contract says nothing. */
            style: string;
            /** @description Whether lists and mappings are spread over several parameters. */
            explode: boolean;
            /** @description A value to start from: the author's, or one made from the schema. */
            example: unknown;
            examples?: components["schemas"]["NamedExample"][];
        };
        /** @description Where a parameter stands. */
        ParameterPlace: ("path" | "query" | "header" | "cookie") | "querystring";
        /** @description Who asks. */
        Party: {
            id: string;
            name: string;
        };
        /** @description A passkey that was added. */
        PasskeyAdded: {
            passkey: components["schemas"]["PasskeyView"];
            /** @description With the first second factor of an account: each takes the place of one code; shown this once. */
            recovery_codes: string[];
        };
        /** @description A passkey that a browser made. */
        PasskeyMade: {
            /** @description What to call it, 1 to 100 characters. */
            name: string;
            /** @description `response.clientDataJSON`, in base64url. */
            client_data: string;
            /** @description `response.attestationObject`, in base64url. */
            attestation: string;
            /**
             * @description `response.getTransports()`.
             * @default []
             */
            transports?: string[];
        };
        /** @description What to call a passkey. */
        PasskeyName: {
            /** @description 1 to 100 characters. */
            name: string;
        };
        /** @description A passkey that a browser used. */
        PasskeyShown: {
            /** @description Which one: `id`, in base64url. */
            id: string;
            /** @description `response.clientDataJSON`, in base64url. */
            client_data: string;
            /** @description `response.authenticatorData`, in base64url. */
            authenticator_data: string;
            /** @description `response.signature`, in base64url. */
            signature: string;
            /**
             * @description `response.userHandle`, in base64url.
             * @default null
             */
            user_handle?: string | null;
        };
        /** @description Whom a passkey is for. */
        PasskeyUser: {
            /** @description By chance, in base64url; it says nothing of who it is. */
            id: string;
            name: string;
            displayName: string;
        };
        /** @description A passkey. */
        PasskeyView: {
            id: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description Whether it may be on several devices of theirs, kept the same by their provider. */
            synced: boolean;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339; absent where it never was. */
            last_used_at?: string | null;
        };
        /** @description A password for an account. */
        PasswordForm: {
            /** @description The secret of the link: what stands after `#`. */
            link: string;
            /**
             * Format: password
             * @description At least 8 characters, and at most 1024 bytes.
             */
            password: string;
        };
        /** @description Whose password was set. */
        PasswordSet: {
            /** @description What they sign in with. */
            email: string;
        };
        /** @description A place in a file; lines and columns count from 1. */
        Place: {
            file: string;
            /** Format: uint32 */
            line: number;
            /** Format: uint32 */
            column: number;
        };
        /** @description A plan, and what it allows. */
        Plan: {
            name: string;
            title: string;
            description: string;
            approval: components["schemas"]["Approval"];
            /** @description How long a subscription lasts, such as `90d`; without end, where absent. */
            lasts: components["schemas"]["Span"] | null;
            /** @description What it costs; nothing, where absent. */
            price: components["schemas"]["Price"] | null;
            /** @description For how long it costs nothing at its beginning, such as `14d`. */
            trial: components["schemas"]["Span"] | null;
            /** @description In words: `100 calls per minute`. */
            limits: string[];
            /** @description What is agreed to by subscribing. */
            terms: components["schemas"]["Terms"] | null;
        };
        /** @description A change to another plan. */
        PlanChange: {
            plan: components["schemas"]["Name"];
            /** @description What the developer said. */
            reason?: string | null;
            /** @description The terms of that plan that they agreed to. */
            terms?: components["schemas"]["AgreedTerms"] | null;
        };
        /** @description What another plan costs for the rest of the period that runs, against what is left of the present one. */
        PlanChangePreview: {
            /** @description What is given back of the present plan. */
            credit: components["schemas"]["Money"] | null;
            /** @description What is owed of the other plan at once. */
            charge: components["schemas"]["Money"] | null;
            /** @description What is owed at once less what is given back; below zero, it stands to the developer's credit. Absent where the two are in different currencies. */
            due: components["schemas"]["Money"] | null;
            /** @description When what is charged or given back begins (RFC 3339): now. Absent where neither is. */
            from: string | null;
            /** @description When the period ends that it is for (RFC 3339). */
            to: string | null;
            /** @description The share of the period that is left, percent with two decimals; 100 where a period begins with the change. */
            left_percent: string | null;
            /** @description Until when nothing is owed under the other plan, since a trial goes on or begins (RFC 3339). */
            trial_until: string | null;
            /** @description How it was reckoned, in a sentence. */
            said: string;
        };
        /** @description Which plan to have instead; the present one withdraws a change that waits. */
        PlanForm: {
            plan: string;
            /**
             * @description For the person who decides, where the plan asks for one.
             * @default null
             */
            reason?: string | null;
            /**
             * @description The digest of the terms that are agreed to, where the plan has some.
             * @default null
             */
            terms?: string | null;
        };
        /** @description One step of `Traffic`. Calls count when they end. */
        Point: {
            /**
             * Format: uint64
             * @description Its begin, milliseconds since 1970.
             */
            at: number;
            /** Format: uint64 */
            requests: number;
            /**
             * Format: uint64
             * @description Requests that did not succeed, whoever is at fault: the sum of `by_fault` without `none`.
             */
            errors: number;
            by_fault: components["schemas"]["ByFault"];
            /**
             * Format: double
             * @description Quantiles of the whole duration, milliseconds, within 1 %; absent where there were no requests.
             */
            p50_ms: number | null;
            /** Format: double */
            p95_ms: number | null;
            /** Format: double */
            p99_ms: number | null;
            /**
             * Format: double
             * @description The same of the gateway's own share: the duration without waiting for the upstream.
             */
            gateway_p50_ms: number | null;
            /** Format: double */
            gateway_p95_ms: number | null;
            /** Format: double */
            gateway_p99_ms: number | null;
            /**
             * Format: uint64
             * @description Bodies, bytes.
             */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description What something costs, again and again. */
        Price: {
            /**
             * @description A decimal number as text, exact: `"29.90"`.
             * @example 29.90
             */
            amount: string;
            /**
             * @description ISO 4217.
             * @example EUR
             */
            currency: string;
            /** @description For what. */
            per: components["schemas"]["BillingPeriod"];
        };
        /** @description A refusal (RFC 9457). */
        Problem: {
            /** @description `urn:pailou:problem:` and a code; `/portal/api/v1/problems` explains each. */
            type: string;
            title: string;
            status: number;
            /** @description What was wrong with this request. */
            detail: string;
            /** @description `urn:pailou:request:` and the request id. */
            instance?: string;
            findings?: components["schemas"]["Finding"][];
        };
        /** @description A type of problem. */
        ProblemType: {
            code: string;
            /** @description What stands in the `type` of a problem. */
            type: string;
            /** Format: uint16 */
            status: number;
            title: string;
            /** @description What it means and what a client can do. */
            help: string;
        };
        /** @description A part of a list. */
        ProblemTypeList: {
            items: components["schemas"]["ProblemType"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A product with its plans and APIs. */
        Product: {
            name: string;
            title: string;
            /** @description Markdown. */
            description: string;
            plans: components["schemas"]["Plan"][];
            /** @description The public APIs in it. */
            apis: components["schemas"]["CatalogApi"][];
        };
        /** @description A part of a list. */
        ProductList: {
            items: components["schemas"]["Product"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A provider on the page where people sign in. */
        ProviderButton: {
            name: components["schemas"]["Name"];
            /** @description What stands on it. */
            title: string;
        };
        /** @description A QR code (ISO/IEC 18004) as a path of SVG. */
        QrCode: {
            /**
             * Format: uint32
             * @description Modules on a side, without the four of quiet zone around it.
             */
            size: number;
            /** @description Of the dark modules, one unit each. */
            path: string;
        };
        /** @description What an app sent a person with. */
        Question: {
            /** @description The query of the page, as it is. */
            query: string;
        };
        /** @description Shown this once. */
        RecoveryCodes: {
            /** @description Each takes the place of one code. */
            recovery_codes: string[];
        };
        /** @description Other recovery codes, shown this once. */
        RenewedCodes: {
            /** @description Each takes the place of one code; those before count no more. */
            recovery_codes: string[];
        };
        /** @description For `navigator.credentials.get`: `PublicKeyCredentialRequestOptionsJSON` of the standard. */
        RequestOptions: {
            /** @description Base64url. */
            challenge: string;
            /**
             * Format: uint64
             * @description Milliseconds.
             */
            timeout: number;
            rpId: string;
            /** @description Those that are asked for; any, where there are none. */
            allowCredentials: components["schemas"]["Descriptor"][];
            userVerification: string;
        };
        /** @description An answer the operation may give. */
        Response: {
            /** @description `200`, `4XX` or `default`. */
            status: string;
            /** @description Markdown. */
            description?: string;
            headers?: components["schemas"]["ResponseHeader"][];
            content?: components["schemas"]["Media"][];
        };
        /** @description A header of a response. */
        ResponseHeader: {
            name: string;
            /** @description Markdown. */
            description?: string | null;
            schema: unknown;
        };
        /** @description How the secret before goes. */
        RotateForm: {
            /**
             * @description Whether the secret before works for another day.
             * @default false
             */
            keep_previous?: boolean;
        };
        /** @description A request as code. */
        Sample: {
            /** @description `curl`, `javascript`, `typescript`, `python`, `java`, `go`, `csharp`, `rust` or `php`. */
            language: string;
            /** @description What people call it: `C#`. */
            label: string;
            code: string;
        };
        /** @description A call to try in a sandbox. */
        SandboxAttempt: {
            /** @description The id of a public API. */
            api: string;
            method: string;
            /** @description The path below the API's base path, with its query. */
            path: string;
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** @default null */
            body?: string | null;
        };
        /** @description Which sandbox. */
        SandboxReset: {
            /**
             * @description Only that of this API.
             * @default null
             */
            api?: string | null;
        };
        /** @description A sandbox of an app. */
        SandboxView: {
            /** @description The API's id. */
            api: string;
            title: string;
            /** @description Where it answers: scheme, host and base path. Any key of the app is good there, in the header `key_header`. */
            base_url: string;
            key_header: string;
        };
        /** @description A part of a list. */
        SandboxViewList: {
            items: components["schemas"]["SandboxView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description One schema with those it uses. */
        SchemaPage: {
            name: string;
            schema: unknown;
            /** @description The schemas used, by name, as far as they fit. */
            schemas: {
                [key: string]: unknown;
            };
            /** @description Names of schemas used that did not fit; ask for them one by one. */
            more_schemas?: string[];
            /**
             * @description Something was cut to keep the page small: deep schemas are `{"x-truncated": true}`.
             * @default false
             */
            truncated: boolean;
        };
        /** @description How a second factor stands. */
        SecondFactorView: {
            /** @description Whether anything is asked for beside the password. */
            on: boolean;
            /** @description Whether an authenticator app makes codes. */
            codes: boolean;
            passkeys: components["schemas"]["PasskeyView"][];
            /**
             * Format: uint
             * @description Recovery codes not used yet.
             */
            recovery_codes: number;
        };
        /** @description A seed to be put into an authenticator app. */
        Seed: {
            /** @description Base32, for typing. */
            secret: string;
            /** @description What the QR code says: `otpauth://totp/…`. */
            uri: string;
            qr: components["schemas"]["QrCode"];
        };
        /** @description A workspace that somebody sees. */
        SeenWorkspace: {
            name: string;
            title?: string | null;
        };
        /** @description What is asked of the authenticator. */
        Selection: {
            residentKey: string;
            requireResidentKey: boolean;
            userVerification: string;
        };
        /** @description Who is signed in. */
        Session: {
            user: components["schemas"]["User"];
            /** @description What they may do in the workspace, such as `apis:read` or `apis:write:own`; absent for a developer. */
            permissions?: string[] | null;
            /** @description Whether a role of theirs is for some APIs alone, so that what is theirs is more than what they own. */
            for_some?: boolean;
            /** @description The workspaces in which they may do something, by name; absent for a developer. */
            workspaces?: components["schemas"]["SeenWorkspace"][] | null;
            /** @description For the header `x-csrf-token` of every unsafe request; absent for a bearer token, which needs none. */
            csrf?: string | null;
        };
        /** @enum {string} */
        Severity: "error" | "warning" | "note";
        /** @description What proves a developer: e-mail address and password, or a passkey. */
        SignIn: {
            /** @default null */
            email?: string | null;
            /**
             * Format: password
             * @default null
             */
            password?: string | null;
            /**
             * @description Of the authenticator app, or a recovery code, where they have a second factor: `code_needed` of the refusal says so.
             * @default null
             */
            code?: string | null;
            /** @description A passkey: in place of everything else, or beside the password where `passkey` of the refusal asks for one. */
            passkey?: components["schemas"]["PasskeyShown"] | null;
        };
        /** @description What signing in can be helped by. */
        SignInHelp: {
            /** @description Whether letters are sent, so that a forgotten password can be set anew. */
            letters: boolean;
            /** @description Whether an account's password signs in. */
            passwords: boolean;
            /** @description Whether passkeys do, at the address that browsers use. */
            passkeys: boolean;
            /**
             * Format: uint
             * @description The least characters of a password.
             */
            password_length: number;
            /** @description The identity providers by which one signs in. */
            providers: components["schemas"]["ProviderButton"][];
        };
        /** @description Who wants an account. */
        SignUp: {
            email: string;
            /** Format: password */
            password: string;
            /** @description What to call them. */
            name: string;
        };
        /** @description What is left to do after signing out. */
        SignedOut: {
            /** @description Where the browser signs out at the identity provider by which it signed in, too. */
            location?: string | null;
        };
        /** @description What came of a sign-up. */
        SignedUp: {
            /** @description Whether a letter was sent, and nobody is signed in before the link in it was followed. */
            confirm_email: boolean;
            user?: components["schemas"]["User"] | null;
            /** @description For the header `x-csrf-token` of every unsafe request. */
            csrf?: string | null;
        };
        /** @description What this portal is called, and where its APIs answer. */
        Site: {
            title: string;
            gateway_url: string;
            /** @description Whether letters are sent, so that a forgotten password can be set anew. */
            letters: boolean;
            /** @description What the authorization server is called that apps become clients of; absent for the built-in one. */
            authorization_server?: string | null;
            /** @description How apps may ask for tokens. */
            client_grants: components["schemas"]["ClientGrant"][];
        };
        /** @description A length of time, such as `30s` or `1h`. */
        Span: string;
        /** @description An app's right to a product under a plan. */
        Subscription: {
            id: string;
            product: string;
            /** @description What the product is called. */
            product_title: string;
            plan: string;
            /** @description What the plan is called. */
            plan_title: string;
            state: components["schemas"]["SubscriptionState"];
            /** @description What the developer, or the person who decided, said. */
            reason: string | null;
            /** @description When it ends (RFC 3339); never, where absent. */
            expires_at: string | null;
            /** @description Until when nothing is owed, since it is a trial (RFC 3339); then the price of the plan holds. */
            trial_until: string | null;
            /** @description Another plan that was asked for, until a person decides. */
            change: components["schemas"]["PlanChange"] | null;
            /** @description What that plan is called. */
            change_title: string | null;
        };
        /** @description What to subscribe to. */
        SubscriptionForm: {
            product: string;
            plan: string;
            /**
             * @description For the person who decides, where the plan asks for one.
             * @default null
             */
            reason?: string | null;
            /**
             * @description The digest of the terms that are agreed to, where the plan has some.
             * @default null
             */
            terms?: string | null;
        };
        SubscriptionState: "pending" | "active" | "suspended" | "rejected" | "expired";
        /** @description Terms of a plan. */
        Terms: {
            /** @description Markdown, or an `https` address where they stand. */
            text: string;
            /** @description What to send as `terms` to agree to them. */
            digest: string;
        };
        /** @description A moment: milliseconds since 1970, or RFC 3339. */
        Time: number | string;
        /** @description One row, the most requests first. */
        TopRow: {
            /**
             * @description An API's id (or a service's key such as `route/health`), an operation's id, a caller's key, a status …; empty where
             *     the call had none, `(other)` for what went beyond the cardinality kept apart.
             */
            key: string;
            /** @description The API of an operation. */
            api: string | null;
            /** Format: uint64 */
            requests: number;
            /**
             * Format: uint64
             * @description As in `Totals`.
             */
            errors: number;
            /** Format: double */
            p50_ms: number | null;
            /** Format: double */
            p95_ms: number | null;
            /**
             * Format: uint64
             * @description Bodies, bytes.
             */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description Calls added up. */
        Totals: {
            /** Format: uint64 */
            requests: number;
            /**
             * Format: uint64
             * @description Requests that did not succeed, whoever is at fault: the sum of `by_fault` without `none`.
             */
            errors: number;
            by_fault: components["schemas"]["ByFault"];
            /**
             * Format: double
             * @description Quantiles of the whole duration, milliseconds, within 1 %; absent where there were no requests.
             */
            p50_ms: number | null;
            /** Format: double */
            p95_ms: number | null;
            /** Format: double */
            p99_ms: number | null;
            /**
             * Format: double
             * @description The same of the gateway's own share: the duration without waiting for the upstream.
             */
            gateway_p50_ms: number | null;
            /** Format: double */
            gateway_p95_ms: number | null;
            /** Format: double */
            gateway_p99_ms: number | null;
            /**
             * Format: uint64
             * @description Bodies, bytes.
             */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description Traffic over time. */
        Traffic: {
            /**
             * Format: uint64
             * @description The interval answered, widened to whole steps; milliseconds since 1970.
             */
            from: number;
            /** Format: uint64 */
            to: number;
            /** Format: uint64 */
            step_ms: number;
            /** @description One for every step, also where nothing happened. */
            points: components["schemas"]["Point"][];
            totals: components["schemas"]["Totals"];
        };
        /** @description What the gateway answered. */
        Tried: {
            /** Format: uint16 */
            status: number;
            /** @description Names and values, in order. */
            headers: [
                string,
                string
            ][];
            body: string;
            body_encoding: components["schemas"]["Encoding"];
            /**
             * Format: double
             * @description From the request to the last byte of the answer.
             */
            duration_ms: number;
            /** @description Whether the body was longer than 10 MiB. */
            truncated: boolean;
        };
        /** @description A person. */
        User: {
            /** @description What to call them. */
            name: string;
            /** @description For a member and a developer, what they sign in with. */
            email?: string | null;
            kind: components["schemas"]["Who"];
        };
        /** @description What somebody is who is recognized. */
        Who: "admin" | "member" | "token" | "developer";
        /** @description A person's word. */
        Word: {
            /** @description The query of the page, as it is. */
            query: string;
            agrees: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApis: {
        parameters: {
            query?: {
                /** @description Only those whose name, title, description or tags contain this, in any case. */
                q?: string;
                /** @description Only those with this tag. */
                tag?: string;
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogApiList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiPage"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /** @description Words, in any order and case. */
                q: string;
                /** @description Only in this API. */
                api?: string;
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HitList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemTypeList"];
                };
            };
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemType"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiOutline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description Answers 304 where the state is still this `ETag`. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outline"];
                };
            };
            /** @description Not changed since. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                id: string;
                operation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationReference"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiSchema: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description Answers 304 where the state is still this `ETag`. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchemaPage"];
                };
            };
            /** @description Not changed since. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiContract: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Attempt"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tried"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upstream-unreachable` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-upstream` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upstream-timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forgotten"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordSet"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorView"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drawSeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Seed"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dropSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorOff"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationWays"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirmation2"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drawPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreationOptions"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `confirmation-needed`, `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyMade"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAdded"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `confirmation-needed`, `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyName"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyView"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `confirmation-needed`, `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedCodes"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `confirmation-needed`, `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    challengePasskey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestOptions"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInHelp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInHelp"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSso: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Begin"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishSso: {
        parameters: {
            query: {
                state: string;
                code?: string;
                /** @description Who the provider is. */
                iss?: string;
                /** @description Why there is no code. */
                error?: string;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The browser goes on to a page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerSso: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["AnswerFields"];
            };
        };
        responses: {
            /** @description The browser goes on to a page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSsoMetadata: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutBySso: {
        parameters: {
            query?: {
                /** @description The provider has somebody signed out. */
                SAMLRequest?: string;
                /** @description Who signed out here has signed out there. */
                SAMLResponse?: string;
                RelayState?: string;
                /** @description By which algorithm the query is signed. */
                SigAlg?: string;
                Signature?: string;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The browser goes on to a page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutBySsoForm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["LogoutFields"];
            };
        };
        responses: {
            /** @description The browser goes on to a page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    backchannelLogout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                workspace: string;
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["LogoutFields2"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnIdentities: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityViewList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    connectIdentity: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Begin"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disconnectIdentity: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApps: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["App"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["App"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateApp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["App"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteApp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issueAppKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedKey"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeAppKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
                key_hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewPlan: {
        parameters: {
            query: {
                /** @description Its name. */
                plan: string;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanChangePreview"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAppClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putAppClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authorization-server` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAppClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateAppClientSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authorization-server` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRegistrationToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitialToken"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAppSandboxes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SandboxViewList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trySandbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxAttempt"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tried"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetSandbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxReset"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotices: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoticeList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAppUsage: {
        parameters: {
            query?: {
                /** @description Fifteen minutes before `to` if absent. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent. */
                to?: components["schemas"]["Time"];
                /** @description The length of a point; chosen by the interval if absent. */
                step?: components["schemas"]["Span"];
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppUsage"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAppCalls: {
        parameters: {
            query?: {
                /** @description As far back as the log reaches if absent. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent. */
                to?: components["schemas"]["Time"];
                /** @description The id of an API. */
                api?: string;
                operation?: string;
                /** @description A status (`404`) or a class (`4xx`). */
                status?: string;
                method?: string;
                problem?: string;
                /** @description At least this long. */
                min_ms?: number;
                /** @description Text in the path, or in the request or trace id. */
                q?: string;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description 1 to 500; 50 if absent. */
                limit?: number;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppCallList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Question"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationView"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Word"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Onward"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceCode"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceAsked"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceWord"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `content-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConsents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentViewList"];
                };
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeConsent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
