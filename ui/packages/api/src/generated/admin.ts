// Generated from openapi/admin.json by `npm run codegen`; do not edit.
export interface paths {
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["getSession"];
        put?: never;
        /** Signs in with e-mail address and password, the admin token, or the secret of a one-time link. */
        post: operations["createSession"];
        /** Signs out. */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives oneself another password; one's other sessions end. */
        put: operations["changeOwnPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/second-factor": {
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
    "/api/v1/session/second-factor/seed": {
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
    "/api/v1/session/second-factor/off": {
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
    "/api/v1/session/confirmation": {
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
    "/api/v1/session/passkeys/options": {
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
    "/api/v1/session/passkeys": {
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
    "/api/v1/session/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a passkey off one's account; one's other sessions end. */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/recovery-codes": {
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
    "/api/v1/passkey-challenge": {
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
    "/api/v1/sign-in": {
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
    "/api/v1/sso/{provider}": {
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
    "/api/v1/sso/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an identity provider sends the browser back to. */
        get: operations["finishSso"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sso/{provider}/backchannel-logout": {
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
    "/api/v1/session/identities": {
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
    "/api/v1/session/identities/{provider}": {
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
    "/api/v1/password/forgotten": {
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
    "/api/v1/password": {
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
    "/api/v1/apis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists APIs, by id. */
        get: operations["listApis"];
        put?: never;
        /** Creates an API. */
        post: operations["createApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of an API. */
        get: operations["getApi"];
        /** Replaces an API, or creates it. */
        put: operations["putApi"];
        post?: never;
        /** Deletes an API. */
        delete: operations["deleteApi"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states an API has had, the newest first. */
        get: operations["listApiRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists routes, by id. */
        get: operations["listRoutes"];
        put?: never;
        /** Creates a route. */
        post: operations["createRoute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a route. */
        get: operations["getRoute"];
        /** Replaces a route, or creates it. */
        put: operations["putRoute"];
        post?: never;
        /** Deletes a route. */
        delete: operations["deleteRoute"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a route has had, the newest first. */
        get: operations["listRouteRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists upstreams, by id. */
        get: operations["listUpstreams"];
        put?: never;
        /** Creates an upstream. */
        post: operations["createUpstream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upstreams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of an upstream. */
        get: operations["getUpstream"];
        /** Replaces an upstream, or creates it. */
        put: operations["putUpstream"];
        post?: never;
        /** Deletes an upstream. */
        delete: operations["deleteUpstream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upstreams/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states an upstream has had, the newest first. */
        get: operations["listUpstreamRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consumers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists consumers, by id. */
        get: operations["listConsumers"];
        put?: never;
        /** Creates a consumer. */
        post: operations["createConsumer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consumers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a consumer. */
        get: operations["getConsumer"];
        /** Replaces a consumer, or creates it. */
        put: operations["putConsumer"];
        post?: never;
        /** Deletes a consumer. */
        delete: operations["deleteConsumer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consumers/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a consumer has had, the newest first. */
        get: operations["listConsumerRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists plans, by id. */
        get: operations["listPlans"];
        put?: never;
        /** Creates a plan. */
        post: operations["createPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a plan. */
        get: operations["getPlan"];
        /** Replaces a plan, or creates it. */
        put: operations["putPlan"];
        post?: never;
        /** Deletes a plan. */
        delete: operations["deletePlan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a plan has had, the newest first. */
        get: operations["listPlanRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists products, by id. */
        get: operations["listProducts"];
        put?: never;
        /** Creates a product. */
        post: operations["createProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a product. */
        get: operations["getProduct"];
        /** Replaces a product, or creates it. */
        put: operations["putProduct"];
        post?: never;
        /** Deletes a product. */
        delete: operations["deleteProduct"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a product has had, the newest first. */
        get: operations["listProductRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists apps, by id. */
        get: operations["listApps"];
        put?: never;
        /** Creates an app. */
        post: operations["createApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of an app. */
        get: operations["getApp"];
        /** Replaces an app, or creates it. */
        put: operations["putApp"];
        post?: never;
        /** Deletes an app. */
        delete: operations["deleteApp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states an app has had, the newest first. */
        get: operations["listAppRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists subscriptions, by id. */
        get: operations["listSubscriptions"];
        put?: never;
        /** Creates a subscription. */
        post: operations["createSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a subscription. */
        get: operations["getSubscription"];
        /** Replaces a subscription, or creates it. */
        put: operations["putSubscription"];
        post?: never;
        /** Deletes a subscription. */
        delete: operations["deleteSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a subscription has had, the newest first. */
        get: operations["listSubscriptionRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists workspaces, by id. */
        get: operations["listWorkspaces"];
        put?: never;
        /** Creates a workspace. */
        post: operations["createWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a workspace. */
        get: operations["getWorkspace"];
        /** Replaces a workspace, or creates it. */
        put: operations["putWorkspace"];
        post?: never;
        /** Deletes a workspace. */
        delete: operations["deleteWorkspace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a workspace has had, the newest first. */
        get: operations["listWorkspaceRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists gateways, by id. */
        get: operations["listGateways"];
        put?: never;
        /** Creates a gateway. */
        post: operations["createGateway"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a gateway. */
        get: operations["getGateway"];
        /** Replaces a gateway, or creates it. */
        put: operations["putGateway"];
        post?: never;
        /** Deletes a gateway. */
        delete: operations["deleteGateway"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a gateway has had, the newest first. */
        get: operations["listGatewayRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists certificates, by id. */
        get: operations["listCertificates"];
        put?: never;
        /** Creates a certificate. */
        post: operations["createCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a certificate. */
        get: operations["getCertificate"];
        /** Replaces a certificate, or creates it. */
        put: operations["putCertificate"];
        post?: never;
        /** Deletes a certificate. */
        delete: operations["deleteCertificate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a certificate has had, the newest first. */
        get: operations["listCertificateRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists blocks, by id. */
        get: operations["listBlocks"];
        put?: never;
        /** Refuses calls on every gateway at once: of a consumer, an app or a key, from an address, or to an API or route. */
        post: operations["createBlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/blocks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a block. */
        get: operations["getBlock"];
        /** Replaces a block, or creates it. */
        put: operations["putBlock"];
        post?: never;
        /** Deletes a block. */
        delete: operations["deleteBlock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/blocks/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a block has had, the newest first. */
        get: operations["listBlockRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/standards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists standards, by id. */
        get: operations["listStandards"];
        put?: never;
        /** Creates a standard. */
        post: operations["createStandard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/standards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a standard. */
        get: operations["getStandard"];
        /** Replaces a standard, or creates it. */
        put: operations["putStandard"];
        post?: never;
        /** Deletes a standard. */
        delete: operations["deleteStandard"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/standards/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a standard has had, the newest first. */
        get: operations["listStandardRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists waivers, by id. */
        get: operations["listWaivers"];
        put?: never;
        /** Creates a waiver. */
        post: operations["createWaiver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waivers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a waiver. */
        get: operations["getWaiver"];
        /** Replaces a waiver, or creates it. */
        put: operations["putWaiver"];
        post?: never;
        /** Deletes a waiver. */
        delete: operations["deleteWaiver"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waivers/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a waiver has had, the newest first. */
        get: operations["listWaiverRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists identity providers, by id. */
        get: operations["listIdentityProviders"];
        put?: never;
        /** Creates an identity provider. */
        post: operations["createIdentityProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of an identity provider. */
        get: operations["getIdentityProvider"];
        /** Replaces an identity provider, or creates it. */
        put: operations["putIdentityProvider"];
        post?: never;
        /** Deletes an identity provider. */
        delete: operations["deleteIdentityProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states an identity provider has had, the newest first. */
        get: operations["listIdentityProviderRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/designs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists designs, by id. */
        get: operations["listDesigns"];
        put?: never;
        /** Creates a design. */
        post: operations["createDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/designs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of a design. */
        get: operations["getDesign"];
        /** Replaces a design, or creates it. */
        put: operations["putDesign"];
        post?: never;
        /** Deletes a design. */
        delete: operations["deleteDesign"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/designs/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The states a design has had, the newest first. */
        get: operations["listDesignRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operations of an API, each with the policies that hold for it. */
        get: operations["listApiOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/contract": {
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
    "/api/v1/apis/{id}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was seen of an API, held against its contract. */
        get: operations["getApiDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/drift/proposal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contract of an API with what was seen, and what of it changes. */
        get: operations["proposeApiContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A contract made of what was seen of an API beyond its own. */
        get: operations["draftApiContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A contract made of what was seen of a route. */
        get: operations["draftRouteContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every API, and how far it and its contract differ. */
        get: operations["listDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the branches of an API's split do, at all gateways. */
        get: operations["getApiSplit"];
        put?: never;
        /** Promotes, aborts or weighs a branch of an API's split. */
        post: operations["changeApiSplit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the branches of a route's split do, at all gateways. */
        get: operations["getRouteSplit"];
        put?: never;
        /** Promotes, aborts or weighs a branch of a route's split. */
        post: operations["changeRouteSplit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/splits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every split, and how its branches do at all gateways. */
        get: operations["listSplits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consumers/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys of a consumer, and when each was last used. */
        get: operations["listConsumerKeys"];
        put?: never;
        /** Makes an API key for a consumer; shown this once. */
        post: operations["issueConsumerKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys of an app, and when each was last used. */
        get: operations["listAppKeys"];
        put?: never;
        /** Makes an API key for an app; shown this once. */
        post: operations["issueAppKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consumers/{id}/keys/{key_hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an API key of a consumer back. */
        delete: operations["revokeConsumerKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/keys/{key_hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an API key of an app back. */
        delete: operations["revokeAppKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An app as an OAuth client, and when it last got a token. */
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
    "/api/v1/apps/{id}/client/secret": {
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
    "/api/v1/oauth/signing-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has the next key sign the tokens of the authorization server. */
        post: operations["rotateSigningKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scorecards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How APIs stand to the standards that are about them: what is asked, what is missing, what is waived. */
        get: operations["listScorecards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/life": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an API is in its life, what it may become, and what is asked for that. */
        get: operations["getApiLife"];
        put?: never;
        /** Brings an API to another state of its life; with `review`, others are asked to look at it. */
        post: operations["moveApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which APIs there are, who answers for each, who may use it and who does. */
        get: operations["listCatalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue as a table, or as lines of JSON, for those who check who owns and who uses what. */
        get: operations["exportCatalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An API in every workspace one may see: whether it is the same there, and how it came there. */
        get: operations["listApiEnvironments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/promotion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings an API, as it is here, to another workspace; who does must be able to change it there. */
        post: operations["promoteApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/uses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who used the operations of an API in the last thirty days, and parts of their messages where exchanges are looked into. */
        get: operations["getApiUses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts an API in force as it was at a revision; where it is in its life stays. */
        post: operations["rollBackApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/emergency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Does what standards do not let pass, in an emergency; the reason is kept and listed. */
        post: operations["passBy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/test-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records what came of holding the service behind an API against a contract. */
        post: operations["recordTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/emergencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes that passed by what standards ask, the newest first. */
        get: operations["listEmergencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reviews, the newest first. */
        get: operations["listReviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apis/{id}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks others to look at what an API is to become. */
        post: operations["openReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A review: the proposal, what it changes and for whom, what is asked of it, and what was said. */
        get: operations["getReview"];
        /** Puts another proposal in the place of the one a review is about; approvals of that count no more. */
        put: operations["updateReview"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contract of the proposal of a review, as one document. */
        get: operations["getReviewContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}/remarks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says something in a review, approves its proposal, or asks for changes. */
        post: operations["addRemark"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes what a review proposes so. */
        post: operations["applyReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}/emergency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes what a review proposes so in an emergency, whatever standards ask. */
        post: operations["passByReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{number}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a review without making anything of it. */
        post: operations["closeReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/unblock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets in again what was blocked. */
        post: operations["unblock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves or rejects a subscription. */
        post: operations["decideSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a folder of resource files: every finding at once. */
        post: operations["validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What applying a folder of resource files would change. */
        post: operations["plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a folder of resource files true, whole or not at all. */
        post: operations["apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything as a folder of resource files, without secrets. */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an API of a document, or brings one up to date: OpenAPI, GraphQL, AsyncAPI, protobuf, WSDL, Postman, HAR. */
        post: operations["importContract"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/openapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an API of an OpenAPI or Swagger document. */
        post: operations["importOpenapi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/explain/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where a request would go, and why not elsewhere. */
        post: operations["explainRoute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policies of this build, with their schemas. */
        get: operations["listPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/limits/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which limits a call would touch, and what is left of them. */
        get: operations["explainLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/designs/{id}/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The text of a design as it was written, now or at one of its revisions. */
        get: operations["getDesignContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/designs/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a design the contract of the API it names. */
        post: operations["publishDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contract-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Contracts to begin with. */
        get: operations["listContractTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a text by the rules that will hold for it; nothing is stored. */
        post: operations["checkContract"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A text as the portal would show it, at a glance or one operation. */
        post: operations["viewContract"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a mock of a text that is nowhere published. */
        post: operations["tryContract"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What changes between two contracts for those who use the API. */
        post: operations["compareContracts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full the room for stored responses is, and what came of requests. */
        get: operations["getCache"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets stored responses: of a URL, with a tag, or all. */
        post: operations["purgeCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The secrets of the built-in store, without their values. */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secret-references": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every secret that documents name, wherever it is kept, without its value. */
        get: operations["listSecretReferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a secret a value, in force at once on every gateway. */
        put: operations["setSecret"];
        post?: never;
        /** Deletes a secret that nothing names. */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{name}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a secret that is there a new value. */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secret-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new key and seals every secret by it. */
        post: operations["rotateSecretKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who runs this, by e-mail address. */
        get: operations["listMembers"];
        put?: never;
        /** Lets somebody in; the answer has a link by which they set a password. */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A member. */
        get: operations["getMember"];
        put?: never;
        post?: never;
        /** Removes a member; their sessions and service tokens end. */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a member other roles, in force at once. */
        put: operations["setMemberRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a member may do, and which role gives it. */
        get: operations["listMemberPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new link by which a member sets a password. */
        post: operations["createMemberLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes the second factor from a member who lost it; their sessions end. */
        delete: operations["resetMemberSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{email}/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a passkey from a member; their sessions end. */
        delete: operations["removeMemberPasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/developers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The developers of the workspace's portal, by e-mail address, and when each signed in last. */
        get: operations["listDevelopers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/developers/{email}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes the second factor from a developer who lost it; their sessions end. */
        delete: operations["resetDeveloperSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles there are, and what each may do. */
        get: operations["listRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Makes a role of one's own, or changes it for all who have it. */
        put: operations["putRole"];
        post?: never;
        /** Deletes a role that nobody has. */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Service tokens, without themselves. */
        get: operations["listTokens"];
        put?: never;
        /** Makes a service token; shown this once. */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a service token back. */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks an identity provider how it is, and says what is to be registered with it. */
        post: operations["checkIdentityProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forensics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything that is known of a caller in the last days, as lines of JSON with a manifest at their end. */
        post: operations["gatherEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log, the newest first. */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks the whole chain of the audit log. */
        post: operations["verifyAudit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Traffic over time. */
        get: operations["getTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What has the most requests. */
        get: operations["getTop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who used how much; exact. */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How analytics itself is doing. */
        get: operations["getAnalyticsStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Logged calls, the newest first. */
        get: operations["listCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One logged call. */
        get: operations["getCall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process, its gateway and its store. */
        get: operations["getSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateway/upstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How upstreams and their endpoints stand at this process's gateway, and what changed lately. */
        get: operations["listUpstreamStandings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshot/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What gateways refuse at once; asked several times a second. */
        get: operations["getSnapshotBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a gateway of another process runs, with secrets. */
        get: operations["getSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshot/key-uses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says when keys were used, as a gateway of another process has seen it. */
        post: operations["noteKeyUses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshot/sign-outs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says which sessions identity providers ended by way of a gateway of another process. */
        post: operations["noteSignOuts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshot/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells what a gateway of another process counted of its calls. */
        post: operations["hearCalls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/purges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What gateways of other processes are to forget of stored responses. */
        get: operations["getPurges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Asks an authority for the certificate, and for another before it expires (ACME, RFC 8555). */
        Acme: {
            /**
             * @description The directory of the authority, `https://…`; by default that of Let's Encrypt.
             * @default https://acme-v02.api.letsencrypt.org/directory
             */
            directory: string;
            /** @description Whom the authority may write to: `mailto:ops@example.com`. */
            contact?: string[];
            /**
             * @description That you agree to the terms of the authority. Without it no certificate is asked for.
             * @default false
             */
            terms_agreed: boolean;
            /**
             * @description How the authority sees that the hosts are yours.
             * @default http-01
             */
            challenge: components["schemas"]["ChallengeType"];
            /** @description PEM file with the authorities that vouch for the directory itself; by default what the system trusts. */
            ca_file?: string | null;
            /** @description The account you have with the authority elsewhere (RFC 8555 §7.3.4), where it asks for one. */
            eab?: components["schemas"]["AcmeAccount"] | null;
            /** @description How long before it expires the certificate is renewed; by default a third of its lifetime, two thirds at most. */
            renew_before?: components["schemas"]["Span"] | null;
        };
        /** @description An account that an authority knows by other means than ACME (RFC 8555 §7.3.4). */
        AcmeAccount: {
            /** @description The authority's name for it. */
            key_id: string;
            /** @description Its key, as the authority gives it (base64url): a secret, `secret://NAME`. */
            hmac_key: string;
        };
        /** @description Asks an authority for the certificate, and for another before it expires (ACME, RFC 8555). */
        AcmeInput: {
            /**
             * @description The directory of the authority, `https://…`; by default that of Let's Encrypt.
             * @default https://acme-v02.api.letsencrypt.org/directory
             */
            directory?: string;
            /** @description Whom the authority may write to: `mailto:ops@example.com`. */
            contact?: string[];
            /**
             * @description That you agree to the terms of the authority. Without it no certificate is asked for.
             * @default false
             */
            terms_agreed?: boolean;
            /**
             * @description How the authority sees that the hosts are yours.
             * @default http-01
             */
            challenge?: components["schemas"]["ChallengeType"];
            /** @description PEM file with the authorities that vouch for the directory itself; by default what the system trusts. */
            ca_file?: string | null;
            /** @description The account you have with the authority elsewhere (RFC 8555 §7.3.4), where it asks for one. */
            eab?: components["schemas"]["AcmeAccount"] | null;
            /** @description How long before it expires the certificate is renewed; by default a third of its lifetime, two thirds at most. */
            renew_before?: components["schemas"]["Span"] | null;
        };
        /** @enum {string} */
        Action: "create" | "update" | "delete" | "unchanged";
        /** @description Asks every endpoint at intervals whether it is well; each gateway asks for itself. */
        ActiveCheck: {
            /**
             * @description How it is asked.
             * @default http
             */
            type: components["schemas"]["CheckType"];
            /**
             * @description With `http`: path and query of the request.
             * @default /
             */
            path: string;
            /** @description With `http` and `grpc`: the `Host` of the request; the endpoint's own where nothing is said. */
            host?: string | null;
            /**
             * @description With `grpc`: the service that is asked for; the server as a whole where nothing is said.
             * @default
             */
            service: string;
            /** @description With `http`: statuses of a healthy endpoint; 200 to 399 where none are said. */
            codes?: number[];
            /**
             * Format: uint16
             * @description A port other than the endpoint's.
             */
            port?: number | null;
            /**
             * @description Between two checks.
             * @default 10s
             */
            interval: components["schemas"]["Span"];
            /**
             * @description For one check, the connection included.
             * @default 2s
             */
            timeout: components["schemas"]["Span"];
            /**
             * Format: uint32
             * @description Checks in a row that must go well until an endpoint that was out takes requests again.
             * @default 2
             */
            successes: number;
            /**
             * Format: uint32
             * @description Checks in a row that must fail until an endpoint is out.
             * @default 3
             */
            failures: number;
        };
        /** @description Asks every endpoint at intervals whether it is well; each gateway asks for itself. */
        ActiveCheckInput: {
            /**
             * @description How it is asked.
             * @default http
             */
            type?: components["schemas"]["CheckType"];
            /**
             * @description With `http`: path and query of the request.
             * @default /
             */
            path?: string;
            /** @description With `http` and `grpc`: the `Host` of the request; the endpoint's own where nothing is said. */
            host?: string | null;
            /**
             * @description With `grpc`: the service that is asked for; the server as a whole where nothing is said.
             * @default
             */
            service?: string;
            /** @description With `http`: statuses of a healthy endpoint; 200 to 399 where none are said. */
            codes?: number[];
            /**
             * Format: uint16
             * @description A port other than the endpoint's.
             */
            port?: number | null;
            /**
             * @description Between two checks.
             * @default 10s
             */
            interval?: components["schemas"]["Span"];
            /**
             * @description For one check, the connection included.
             * @default 2s
             */
            timeout?: components["schemas"]["Span"];
            /**
             * Format: uint32
             * @description Checks in a row that must go well until an endpoint that was out takes requests again.
             * @default 2
             */
            successes?: number;
            /**
             * Format: uint32
             * @description Checks in a row that must fail until an endpoint is out.
             * @default 3
             */
            failures?: number;
        };
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
        /** @description What the answers of an endpoint say of it. */
        AnswerStanding: {
            /**
             * Format: uint32
             * @description Failures one after the other, up to now.
             */
            failures_in_a_row: number;
            /**
             * Format: uint32
             * @description How often in a row it was put out.
             */
            ejections: number;
        };
        /** @description A contract, an upstream that serves it, and the policies that guard it. */
        ApiDocument: {
            /** @constant */
            kind: "api";
            /** @description The name of the API, the same for all its versions. */
            name: components["schemas"]["Name"];
            /** @description What consumers see as `v1`. */
            version?: components["schemas"]["Name"] | null;
            /** @description What people call it; by default the contract's title. */
            title?: string | null;
            /** @description What it is for, in Markdown; by default the contract's description. */
            description?: string | null;
            /** @description Who answers for it. */
            owner?: string | null;
            /** @description Words to find it by. */
            tags?: string[];
            /**
             * @description Who finds it in the portal.
             * @default public
             */
            visibility: components["schemas"]["Visibility"];
            /** @description The contract: a path, a URL, or the document itself. Without one every path under `listen` is passed through. */
            contract?: components["schemas"]["ContractSource"] | null;
            /** @description Where the gateway answers for it. */
            listen: components["schemas"]["Listen"];
            /** @description The service behind it: the name of an upstream, or one written here. */
            upstream?: components["schemas"]["UpstreamSource"] | null;
            /** @description Divides the requests among `upstream` and others. */
            split?: components["schemas"]["Split"] | null;
            /** @description Where it is in its life, and what comes after it. */
            lifecycle?: components["schemas"]["Lifecycle"] | null;
            /** @description What becomes of changes of the contract that break callers. */
            compatibility?: components["schemas"]["Compatibility"] | null;
            /** @description Policies for all operations. */
            policies?: components["schemas"]["PolicyUse"][];
            /** @description What differs for one operation, by its `operationId` (or `METHOD /path`). */
            operations?: {
                [key: string]: components["schemas"]["OperationSettings"];
            };
        };
        /** @description A contract, an upstream that serves it, and the policies that guard it. */
        ApiDocumentInput: {
            /** @constant */
            kind?: "api";
            /** @description The name of the API, the same for all its versions. */
            name: components["schemas"]["Name"];
            /** @description What consumers see as `v1`. */
            version?: components["schemas"]["Name"] | null;
            /** @description What people call it; by default the contract's title. */
            title?: string | null;
            /** @description What it is for, in Markdown; by default the contract's description. */
            description?: string | null;
            /** @description Who answers for it. */
            owner?: string | null;
            /** @description Words to find it by. */
            tags?: string[];
            /**
             * @description Who finds it in the portal.
             * @default public
             */
            visibility?: components["schemas"]["Visibility"];
            /** @description The contract: a path, a URL, or the document itself. Without one every path under `listen` is passed through. */
            contract?: components["schemas"]["ContractSource"] | null;
            /** @description Where the gateway answers for it. */
            listen: components["schemas"]["ListenInput"];
            /** @description The service behind it: the name of an upstream, or one written here. */
            upstream?: components["schemas"]["UpstreamSourceInput"] | null;
            /** @description Divides the requests among `upstream` and others. */
            split?: components["schemas"]["SplitInput"] | null;
            /** @description Where it is in its life, and what comes after it. */
            lifecycle?: components["schemas"]["LifecycleInput"] | null;
            /** @description What becomes of changes of the contract that break callers. */
            compatibility?: components["schemas"]["CompatibilityInput"] | null;
            /** @description Policies for all operations. */
            policies?: components["schemas"]["PolicyUse"][];
            /** @description What differs for one operation, by its `operationId` (or `METHOD /path`). */
            operations?: {
                [key: string]: components["schemas"]["OperationSettings"];
            };
        };
        /** @description A resource in a list. */
        ApiItem: {
            document: components["schemas"]["ApiDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        ApiItemList: {
            items: components["schemas"]["ApiItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description An operation with what the contract groups it by. */
        ApiOperation: {
            id: string;
            /** @description Upper case; absent for a pass-through. */
            method?: string | null;
            path: string;
            summary?: string | null;
            deprecated: boolean;
            policies: components["schemas"]["EffectivePolicy"][];
            tags: string[];
        };
        /** @description A part of a list. */
        ApiOperationList: {
            items: components["schemas"]["ApiOperation"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A reference to an API: `orders` means every version, `orders@v1` one. */
        ApiRef: string;
        /** @description An application of a developer. It acts as a consumer of the products it is subscribed to, and of nothing else. */
        AppDocument: {
            /** @constant */
            kind: "app";
            name: components["schemas"]["Name"];
            title?: string | null;
            description?: string | null;
            /** @description The e-mail address of the developer it belongs to. */
            owner?: string | null;
            credentials?: components["schemas"]["Credential"][];
            /** @description The app as a client of the built-in authorization server. */
            client?: components["schemas"]["OAuthClient"] | null;
        };
        /** @description An application of a developer. It acts as a consumer of the products it is subscribed to, and of nothing else. */
        AppDocumentInput: {
            /** @constant */
            kind?: "app";
            name: components["schemas"]["Name"];
            title?: string | null;
            description?: string | null;
            /** @description The e-mail address of the developer it belongs to. */
            owner?: string | null;
            credentials?: components["schemas"]["CredentialInput"][];
            /** @description The app as a client of the built-in authorization server. */
            client?: components["schemas"]["OAuthClientInput"] | null;
        };
        /** @description A resource in a list. */
        AppItem: {
            document: components["schemas"]["AppDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        AppItemList: {
            items: components["schemas"]["AppItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What applying a bundle did. */
        Applied: {
            /**
             * Format: uint64
             * @description The number of the snapshot that is live now.
             */
            snapshot: number;
            changes: components["schemas"]["Change"][];
            /**
             * @description What changed in the contracts of APIs that were there, for those who use them.
             * @default []
             */
            contracts: components["schemas"]["ContractChanges"][];
            /** @description Warnings. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description Whether a subscription is active at once or waits for a person. */
        Approval: ("auto" | "manual") | "conditional";
        /** @description What becomes of a request for a subscription. */
        ApprovalRule: {
            /**
             * @description A condition (CEL) about `developer` (`email`, `domain`, `name`, `apps`), `app` (`name`, `title`, `description`, `subscriptions`), `product`
             *     (`name`), `plan` (`name`), `apis` (a list such as `orders@v1`) and `reason`.
             */
            when: string;
            then: components["schemas"]["ApprovalStep"];
            /** @description What the developer is told where it is refused. */
            reason?: string | null;
        };
        /** @description What a rule does. */
        ApprovalStep: "refuse" | "approve" | "ask";
        /** @description Whether the clients of a listener are asked for a certificate. What vouches for it is for `tls.client_auth` of the gateway to say, and for policies. */
        AskedCertificate: "never" | "request" | "require";
        /** @description Whether the audit log is as it was written. */
        AuditVerdict: {
            intact: boolean;
            /**
             * Format: uint64
             * @description How many records are as they were written, from the first.
             */
            records: number;
            /** @description The first record that is not, and why. */
            broken?: components["schemas"]["BrokenRecord"] | null;
        };
        /** @description One record of the audit log. */
        AuditView: {
            /** Format: uint64 */
            number: number;
            /** @description RFC 3339. */
            at: string;
            actor: string;
            /** @description The network address it came from. */
            address: string | null;
            action: string;
            kind: string;
            id: string;
            /** Format: uint64 */
            revision: number | null;
            /** Format: uint64 */
            snapshot: number | null;
            /** @description The document before and after, secrets removed. */
            before: unknown;
            after: unknown;
            /** @description The link of the chain. */
            hash: string;
        };
        /** @description A part of a list. */
        AuditViewList: {
            items: components["schemas"]["AuditView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description How long is waited before a request is sent again: each time twice as long, less up to half of it by chance. */
        Backoff: {
            /**
             * @description Before the first.
             * @default 25ms
             */
            base: components["schemas"]["Span"];
            /**
             * @description Never longer than this.
             * @default 500ms
             */
            max: components["schemas"]["Span"];
        };
        /** @description How long is waited before a request is sent again: each time twice as long, less up to half of it by chance. */
        BackoffInput: {
            /**
             * @description Before the first.
             * @default 25ms
             */
            base?: components["schemas"]["Span"];
            /**
             * @description Never longer than this.
             * @default 500ms
             */
            max?: components["schemas"]["Span"];
        };
        /** @description How one endpoint is chosen for a request. */
        Balance: "round-robin" | "least-request" | "peak-ewma" | "consistent-hash" | "random";
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
        /** @description A block that stands. */
        BlockAnswer: {
            block: components["schemas"]["BlockDocument"];
            /** @description Whether there was one about the same, which this one replaces. */
            replaced: boolean;
            /** @description What to know, such as that nobody has this name now. */
            note?: string | null;
        };
        /**
         * @description Calls that are refused at once, whatever else lets them in: those of a consumer, of an app or with a key, those from an address or
         *     network, or those to an API or route. It says exactly one of these.
         */
        BlockDocument: {
            /** @constant */
            kind: "block";
            name: components["schemas"]["Name"];
            /** @description The name of a consumer; of a caller that tokens or a directory name, what they call it. */
            consumer?: string | null;
            /** @description The name of an app. */
            app?: components["schemas"]["Name"] | null;
            /** @description The SHA-256 of an API key. */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /** @description A network address or a network (CIDR), such as `203.0.113.7` or `203.0.113.0/24`. */
            address?: string | null;
            /** @description An API: `orders` for every version, `orders@v1` for one. */
            api?: string | null;
            /** @description The name of an explicit route. */
            route?: components["schemas"]["Name"] | null;
            /** @description Why, for people. Clients are not told. */
            reason?: string | null;
            /** @description When it ends by itself (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /**
         * @description Calls that are refused at once, whatever else lets them in: those of a consumer, of an app or with a key, those from an address or
         *     network, or those to an API or route. It says exactly one of these.
         */
        BlockDocumentInput: {
            /** @constant */
            kind?: "block";
            name: components["schemas"]["Name"];
            /** @description The name of a consumer; of a caller that tokens or a directory name, what they call it. */
            consumer?: string | null;
            /** @description The name of an app. */
            app?: components["schemas"]["Name"] | null;
            /** @description An API key. Accepted, never returned. */
            key?: string | null;
            /** @description The SHA-256 of an API key. */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /** @description A network address or a network (CIDR), such as `203.0.113.7` or `203.0.113.0/24`. */
            address?: string | null;
            /** @description An API: `orders` for every version, `orders@v1` for one. */
            api?: string | null;
            /** @description The name of an explicit route. */
            route?: components["schemas"]["Name"] | null;
            /** @description Why, for people. Clients are not told. */
            reason?: string | null;
            /** @description When it ends by itself (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /** @description What is to be blocked, one thing, and for how long. */
        BlockForm: {
            /**
             * @description The name of a consumer, or what tokens call a caller.
             * @default null
             */
            consumer?: string | null;
            /**
             * @description The name of an app.
             * @default null
             */
            app?: components["schemas"]["Name"] | null;
            /**
             * @description An API key.
             * @default null
             */
            key?: string | null;
            /**
             * @description The SHA-256 of an API key.
             * @default null
             */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /**
             * @description A network address or a network (CIDR).
             * @default null
             */
            address?: string | null;
            /**
             * @description An API: `orders` for every version, `orders@v1` for one.
             * @default null
             */
            api?: string | null;
            /**
             * @description The name of an explicit route.
             * @default null
             */
            route?: components["schemas"]["Name"] | null;
            /**
             * @description Why, for people.
             * @default null
             */
            reason?: string | null;
            /**
             * @description How long, such as `1h`; until it is taken away, where absent.
             * @default null
             */
            for?: components["schemas"]["Span"] | null;
        };
        /** @description A resource in a list. */
        BlockItem: {
            document: components["schemas"]["BlockDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        BlockItemList: {
            items: components["schemas"]["BlockItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A request body. */
        Body: {
            /** @default false */
            required: boolean;
            /** @description Markdown. */
            description?: string | null;
            /** @description In the order of the contract. */
            content: components["schemas"]["Media"][];
        };
        /** @description A share of the requests, and where it goes. */
        Branch: {
            /** @description What it is called where it is promoted or aborted: `canary`. */
            name: components["schemas"]["Name"];
            /** @description Its upstream: the name of one, or one written here. */
            upstream: components["schemas"]["UpstreamSource"];
            /**
             * Format: double
             * @description Its share of the requests that nothing else places, percent, 0 to 100. All branches together have 100 at most.
             * @default 0
             */
            weight: number;
            /** @description Gives it more by itself as long as it does as well as the usual upstream, and takes all from it where it does not. */
            rollout?: components["schemas"]["Rollout"] | null;
            /** @description Requests that go here whatever the weight: those for which any of these holds. */
            match?: components["schemas"]["BranchMatch"][];
        };
        BranchConduct: {
            /**
             * Format: double
             * @description Its share as configured, percent.
             */
            weight: number;
            count: components["schemas"]["BranchCount"];
            /**
             * Format: double
             * @description Errors of all requests, percent.
             */
            error_percent: number;
            /** @description How it stands, where it is rolled out by itself. */
            rollout?: components["schemas"]["RolloutStanding"] | null;
        };
        /** @description Exchanges of a branch of a split, or of its usual upstream. */
        BranchCount: {
            /** @description The branch, or `(usual)`. */
            branch: string;
            /** Format: uint64 */
            requests: number;
            /**
             * Format: uint64
             * @description Those that the upstream failed: it could not be reached, was too slow, or answered with 500 or above.
             */
            errors: number;
            /**
             * Format: double
             * @description Within which half of the answers' heads came, milliseconds.
             */
            p50_ms?: number | null;
            /**
             * Format: double
             * @description Within which 99 of 100 came.
             */
            p99_ms?: number | null;
        };
        /** @description A share of the requests, and where it goes. */
        BranchInput: {
            /** @description What it is called where it is promoted or aborted: `canary`. */
            name: components["schemas"]["Name"];
            /** @description Its upstream: the name of one, or one written here. */
            upstream: components["schemas"]["UpstreamSourceInput"];
            /**
             * Format: double
             * @description Its share of the requests that nothing else places, percent, 0 to 100. All branches together have 100 at most.
             * @default 0
             */
            weight?: number;
            /** @description Gives it more by itself as long as it does as well as the usual upstream, and takes all from it where it does not. */
            rollout?: components["schemas"]["RolloutInput"] | null;
            /** @description Requests that go here whatever the weight: those for which any of these holds. */
            match?: components["schemas"]["BranchMatch"][];
        };
        /** @description Which requests go to a branch; everything given must hold. */
        BranchMatch: {
            /** @description Headers by name, all of which must match; of a header with several lines one must. */
            headers?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description Cookies by name. */
            cookies?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description Parameters of the query by name. */
            query?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description Names of consumers or apps, one of which must call. */
            consumers?: string[];
            /** @description Groups, one of which the consumer must be in. */
            groups?: string[];
        };
        /** @description Where a breaker is. */
        BreakerState: "closed" | "open" | "half-open";
        /** @description What becomes of a change that breaks callers. */
        Breaks: "allow" | "warn" | "refuse";
        /** @description A record that is not as it was written. */
        BrokenRecord: {
            /** Format: uint64 */
            number: number;
            reason: string;
        };
        /** @description A time in which the calls of an API that is deprecated are refused. It is a day long at most. */
        Brownout: {
            /** @description When it begins: `2026-10-01T09:00:00Z`. */
            from: string;
            /** @description When it is over. */
            until: string;
        };
        /** @description A folder of resource files with the contracts they refer to. */
        Bundle: {
            files: components["schemas"]["BundleFile"][];
            /**
             * @description Changes of contracts that were agreed to, as in the file of `pailou diff --suppress`; each line says after `#` why. They hold for
             *     this change alone, and are written down.
             */
            agreed?: string | null;
        };
        /** @description A file of a bundle. */
        BundleFile: {
            /** @description Relative to the folder, with `/`. */
            path: string;
            text: string;
        };
        /** @description Whom a bundle is about, one of these, and of which days. */
        BundleForm: {
            /**
             * @description The name of a consumer, or what tokens call a caller.
             * @default null
             */
            consumer?: string | null;
            /**
             * @description The name of an app.
             * @default null
             */
            app?: components["schemas"]["Name"] | null;
            /**
             * @description An API key: the bundle is about who has it.
             * @default null
             */
            key?: string | null;
            /**
             * @description The SHA-256 of an API key.
             * @default null
             */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /**
             * @description A network address.
             * @default null
             */
            address?: string | null;
            /**
             * Format: uint16
             * @description How many days, 1 to 366; 30 where absent.
             * @default null
             */
            days?: number | null;
            /**
             * @description The end of the window (RFC 3339); now, where absent.
             * @default null
             */
            until?: string | null;
        };
        /**
         * @description What `TopQuery` adds up by.
         * @enum {string}
         */
        By: "api" | "operation" | "caller" | "plan" | "subscription" | "status" | "fault" | "problem";
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
        /** @description A number of bytes, such as `64KiB` or `10MiB`. */
        ByteSize: string;
        /** @description What a cache did with a request. */
        CacheUse: "hit" | "stale" | "miss" | "bypass";
        /** @description One logged call. */
        Call: {
            id: string;
            /**
             * Format: uint64
             * @description When the request arrived, milliseconds since 1970.
             */
            at: number;
            request_id: string;
            trace_id: string;
            method: string;
            /** @description What the client spoke; absent in calls that were logged before it was kept. */
            protocol: components["schemas"]["Spoken"] | null;
            /** @description Without its query: queries may carry secrets. */
            path: string;
            host: string;
            /** @description What it was routed to: `api/orders@v1`, `route/health`; absent where nothing matched. */
            service: string | null;
            /** @description The API's id, where it is one. */
            api: string | null;
            operation: string | null;
            /** @description `consumer/ada`, `app/shop`. */
            caller: string | null;
            plan: string | null;
            subscription: string | null;
            /** Format: uint16 */
            status: number;
            /** @description The code of the gateway's refusal. */
            problem: string | null;
            fault: components["schemas"]["Fault"];
            /** Format: double */
            duration_ms: number;
            /** Format: double */
            upstream_ms: number;
            /**
             * Format: double
             * @description The duration without waiting for the upstream.
             */
            gateway_ms: number;
            /** Format: uint64 */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
            /** Format: uint8 */
            attempts: number;
            /** @description What the cache did, where there is one. */
            cache: components["schemas"]["CacheUse"] | null;
            endpoint: string | null;
            /** @description The client's address. */
            client: string;
            user_agent: string | null;
            /** @description What went wrong, for operators. */
            cause: string | null;
        };
        /** @description A part of a list. */
        CallList: {
            items: components["schemas"]["Call"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A route, or an API with the operation. */
        Candidate: {
            /** @description `route/health` or `api/orders@v1`. */
            service: string;
            /** @description The operation of the API. */
            operation?: string | null;
            /** @description What it takes, in short: `GET *.example.com/orders/{id}`. */
            takes: string;
        };
        /** @description Who uses an API, or may. */
        CatalogueConsumer: {
            /** @description `app/shop`, `consumer/ada`; empty for all whom nothing recognized. */
            caller: string;
            /** @description Who answers for the app. */
            owner: string | null;
            product: string | null;
            plan: string | null;
            /** @description Of the subscription. */
            subscription: components["schemas"]["SubscriptionState"] | null;
            /**
             * Format: uint64
             * @description In the last thirty days.
             */
            calls: number;
        };
        CatalogueFormat: "csv" | "ndjson";
        /** @description An API in the catalogue. */
        CatalogueRow: {
            /** @description The API, such as `orders@v1`. */
            api: string;
            title: string;
            /** @description Who answers for it. */
            owner: string | null;
            state: components["schemas"]["LifeState"];
            visibility: components["schemas"]["Visibility"];
            tags: string[];
            /** @description The base path. */
            path: string;
            hosts: string[];
            /**
             * Format: uint
             * @description Operations of its contract; absent where it has none.
             */
            operations: number | null;
            sunset_at: string | null;
            /** Format: uint64 */
            revision: number;
            /** @description RFC 3339. */
            updated_at: string;
            /**
             * Format: uint8
             * @description The lowest of its scorecards, 0 to 100; absent where no standard is about it.
             */
            score: number | null;
            /** @description Products that it is in. */
            products: string[];
            /** @description Who may use it by a subscription, and who else called it. */
            consumers: components["schemas"]["CatalogueConsumer"][];
        };
        /** @description A part of a list. */
        CatalogueRowList: {
            items: components["schemas"]["CatalogueRow"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A certificate for the TLS listeners. */
        CertificateDocument: {
            /** @constant */
            kind: "certificate";
            name: components["schemas"]["Name"];
            /** @description PEM file with the certificate and its chain. It is read again whenever it changes. */
            cert_file?: string | null;
            /** @description PEM file with the private key. It is read again whenever it changes. */
            key_file?: string | null;
            /** @description Asks an authority for it instead; the `hosts` are what it is asked for. */
            acme?: components["schemas"]["Acme"] | null;
            /**
             * @description File with an answer of its authority's OCSP service for it (DER, RFC 6960), sent along with it (RFC 6066 §8). It is read again
             *     whenever it changes.
             */
            ocsp_file?: string | null;
            /** @description Host names it is served for, `*.` in front for one label; by default those it names itself. */
            hosts?: string[];
        };
        /** @description A certificate for the TLS listeners. */
        CertificateDocumentInput: {
            /** @constant */
            kind?: "certificate";
            name: components["schemas"]["Name"];
            /** @description PEM file with the certificate and its chain. It is read again whenever it changes. */
            cert_file?: string | null;
            /** @description PEM file with the private key. It is read again whenever it changes. */
            key_file?: string | null;
            /** @description Asks an authority for it instead; the `hosts` are what it is asked for. */
            acme?: components["schemas"]["AcmeInput"] | null;
            /**
             * @description File with an answer of its authority's OCSP service for it (DER, RFC 6960), sent along with it (RFC 6066 §8). It is read again
             *     whenever it changes.
             */
            ocsp_file?: string | null;
            /** @description Host names it is served for, `*.` in front for one label; by default those it names itself. */
            hosts?: string[];
        };
        /** @description A resource in a list. */
        CertificateItem: {
            document: components["schemas"]["CertificateDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        CertificateItemList: {
            items: components["schemas"]["CertificateItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A certificate that is served. */
        CertificateStatus: {
            /** @description Of the resource; `(given)` for the one of the command line, `(made)` for one the gateway made itself, which nobody trusts. */
            name: string;
            /** @description Host names it is served for. */
            hosts: string[];
            /** @description Whose it is, as RFC 4514 writes it: `CN=api.example.com`. */
            subject: string;
            /** @description Who vouches for it. */
            issuer: string;
            /** @description Hexadecimal. */
            serial: string;
            /**
             * Format: uint
             * @description Certificates that are sent: its own, and those that lead to its authority.
             */
            chain: number;
            /** @description Whether an answer of its authority's OCSP service is sent along. */
            stapled: boolean;
            /** @description Whether clients get it that name no host, or one that no certificate is for. */
            is_default: boolean;
            /** @description RFC 3339. */
            not_before: string;
            /** @description When it expires, RFC 3339. */
            not_after: string;
        };
        /** @description How an authority sees that a host is yours. */
        ChallengeType: "http-01" | "tls-alpn-01";
        /** @description What happens to one resource. */
        Change: {
            action: components["schemas"]["Action"];
            kind: components["schemas"]["Kind"];
            id: string;
            diff: components["schemas"]["FieldChange"][];
        };
        /**
         * @description How bad a change of a contract may be.
         * @enum {string}
         */
        ChangeLevel: "info" | "warning" | "breaking";
        /** @description What applying a bundle would do. */
        ChangePlan: {
            changes: components["schemas"]["Change"][];
            /**
             * @description What changes in the contracts of APIs that are there, for those who use them.
             * @default []
             */
            contracts: components["schemas"]["ContractChanges"][];
            /** @description With an error among them nothing can be applied. */
            findings: components["schemas"]["Finding"][];
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
        /** @description What to check. */
        CheckAsked: {
            source: components["schemas"]["Written"];
            /**
             * @description The API whose contract it is to become, whose standards then hold.
             * @default null
             */
            api?: string | null;
        };
        /** @description What a check found. */
        CheckDone: {
            /** @description What this text is called in later requests. */
            base: string;
            /** @description By what it was checked: the standards that ask for rules, else `spectral:oas`. */
            rules: string[];
            /** @description How many there are of each severity: errors, warnings, information, hints. */
            counts: number[];
            /** @description In the order of the text, 2000 at most. */
            findings: components["schemas"]["DesignFinding"][];
            /** @description A check was given up because it would have taken too long: there may be more. */
            incomplete: boolean;
        };
        /** @description What checks say of an endpoint. */
        CheckStanding: {
            /** @description Whether it is held to be well; nothing before the first check. */
            well?: boolean | null;
            /**
             * Format: uint32
             * @description Checks in a row, up to now, that say the opposite.
             */
            against: number;
            /**
             * Format: uint64
             * @description The last check, milliseconds since 1970.
             */
            last_at?: number | null;
            /** @description Why the last check failed, if it did. */
            last_failure?: string | null;
        };
        /** @description How an endpoint is asked whether it is well. */
        CheckType: "http" | "tcp" | "grpc";
        /**
         * @description A cipher suite, by the name IANA has for it.
         * @enum {string}
         */
        CipherSuite: "TLS_AES_256_GCM_SHA384" | "TLS_AES_128_GCM_SHA256" | "TLS_CHACHA20_POLY1305_SHA256" | "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" | "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" | "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" | "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" | "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" | "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
        /** @description When a breaker opens, and how it closes again. */
        CircuitBreaker: {
            /**
             * Format: uint32
             * @description Opens after as many failures one after the other; 0 does not count them.
             * @default 0
             */
            consecutive_failures: number;
            /**
             * Format: uint8
             * @description Opens where this share of the requests of a window has failed, percent; 0 does not count them.
             * @default 50
             */
            error_percent: number;
            /** @description A response whose head comes later than this is slow. */
            slow_call?: components["schemas"]["Span"] | null;
            /**
             * Format: uint8
             * @description Opens where this share of the requests of a window was slow, percent.
             * @default 50
             */
            slow_percent: number;
            /**
             * Format: uint16
             * @description Requests in a window from which on shares say something.
             * @default 20
             */
            min_requests: number;
            /** @default 10s */
            window: components["schemas"]["Span"];
            /**
             * @description Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
             * @default [
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes: number[];
            /**
             * @description How long it stays open.
             * @default 30s
             */
            open_for: components["schemas"]["Span"];
            /**
             * Format: uint32
             * @description Requests it then lets through to see. If all of them go well it closes, if one does not it opens again.
             * @default 3
             */
            half_open_requests: number;
        };
        /** @description When a breaker opens, and how it closes again. */
        CircuitBreakerInput: {
            /**
             * Format: uint32
             * @description Opens after as many failures one after the other; 0 does not count them.
             * @default 0
             */
            consecutive_failures?: number;
            /**
             * Format: uint8
             * @description Opens where this share of the requests of a window has failed, percent; 0 does not count them.
             * @default 50
             */
            error_percent?: number;
            /** @description A response whose head comes later than this is slow. */
            slow_call?: components["schemas"]["Span"] | null;
            /**
             * Format: uint8
             * @description Opens where this share of the requests of a window was slow, percent.
             * @default 50
             */
            slow_percent?: number;
            /**
             * Format: uint16
             * @description Requests in a window from which on shares say something.
             * @default 20
             */
            min_requests?: number;
            /** @default 10s */
            window?: components["schemas"]["Span"];
            /**
             * @description Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
             * @default [
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes?: number[];
            /**
             * @description How long it stays open.
             * @default 30s
             */
            open_for?: components["schemas"]["Span"];
            /**
             * Format: uint32
             * @description Requests it then lets through to see. If all of them go well it closes, if one does not it opens again.
             * @default 3
             */
            half_open_requests?: number;
        };
        /** @description Breakers: what fails is left alone for a while, then tried with a few requests. */
        CircuitBreakers: {
            /** @description For each endpoint: while it is open, requests go to others. */
            endpoint?: components["schemas"]["CircuitBreaker"] | null;
            /** @description For the upstream as a whole: while it is open, requests are refused at once with 503. */
            upstream?: components["schemas"]["CircuitBreaker"] | null;
        };
        /** @description Breakers: what fails is left alone for a while, then tried with a few requests. */
        CircuitBreakersInput: {
            /** @description For each endpoint: while it is open, requests go to others. */
            endpoint?: components["schemas"]["CircuitBreakerInput"] | null;
            /** @description For the upstream as a whole: while it is open, requests are refused at once with 503. */
            upstream?: components["schemas"]["CircuitBreakerInput"] | null;
        };
        /** @description An app as a client of the authorization server. */
        Client: {
            client_id: string;
            /** @description Where everything about the server is told (RFC 8414). */
            issuer: string;
            token_endpoint: string;
            authorization_endpoint: string;
            grants: components["schemas"]["ClientGrant"][];
            redirect_uris: string[];
            public: boolean;
            dpop: boolean;
            /** @description Whether it proves itself with keys of its own. */
            has_keys: boolean;
            secrets: components["schemas"]["ClientSecret2"][];
            /** @description What it may ask for: what the contracts name of the APIs it is subscribed to. */
            scopes: string[];
            /** @description When it last got a token (RFC 3339), or up to a minute before; absent where it never did. */
            last_used_at?: string | null;
        };
        /** @description Asks clients for a certificate. */
        ClientAuth: {
            /**
             * @description PEM file with the certificates of the authorities that vouch for clients; what leads to none of them ends the handshake. Where
             *     absent any certificate is taken, for policies to verify. It is read again whenever it changes.
             */
            ca_file?: string | null;
            /**
             * @description PEM file with lists of what these authorities have revoked (CRL). Each certificate of a client's chain must be covered by one
             *     that is up to date. It is read again whenever it changes.
             */
            crl_file?: string | null;
            /**
             * @description Whether clients must have one.
             * @default require
             */
            mode: components["schemas"]["ClientAuthMode"];
        };
        /** @description Asks clients for a certificate. */
        ClientAuthInput: {
            /**
             * @description PEM file with the certificates of the authorities that vouch for clients; what leads to none of them ends the handshake. Where
             *     absent any certificate is taken, for policies to verify. It is read again whenever it changes.
             */
            ca_file?: string | null;
            /**
             * @description PEM file with lists of what these authorities have revoked (CRL). Each certificate of a client's chain must be covered by one
             *     that is up to date. It is read again whenever it changes.
             */
            crl_file?: string | null;
            /**
             * @description Whether clients must have one.
             * @default require
             */
            mode?: components["schemas"]["ClientAuthMode"];
        };
        /** @description Whether clients must have a certificate. */
        ClientAuthMode: "require" | "request";
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
        /** @description A secret of a client. At rest and in exports only the hash and a hint are left. */
        ClientSecret: {
            /** @description The SHA-256 of the secret. */
            secret_hash?: components["schemas"]["KeyHash"] | null;
            /** @description The first characters, to recognize it by. */
            hint?: string | null;
            /** @description When it was issued (RFC 3339). */
            created_at?: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /** @description A secret as it is shown after its first time. */
        ClientSecret2: {
            /** @description The first characters. */
            hint: string | null;
            /** @description RFC 3339. */
            created_at: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at: string | null;
        };
        /** @description A secret of a client. At rest and in exports only the hash and a hint are left. */
        ClientSecretInput: {
            /** @description The secret itself, 16 to 256 visible ASCII characters. Accepted, never returned. */
            secret?: string | null;
            /** @description The SHA-256 of the secret. */
            secret_hash?: components["schemas"]["KeyHash"] | null;
            /** @description The first characters, to recognize it by. */
            hint?: string | null;
            /** @description When it was issued (RFC 3339). */
            created_at?: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /** @description Two contracts to compare. */
        CompareAsked: {
            old: components["schemas"]["ContractSide"];
            new: components["schemas"]["ContractSide"];
        };
        /** @description What becomes of changes of a contract that break callers. */
        Compatibility: {
            /**
             * @description Whether such a change is told, and whether it is made.
             * @default warn
             */
            breaking: components["schemas"]["Breaks"];
            /**
             * @description Changes that were agreed to, as `pailou diff --suppress` has them: a rule, `RULE METHOD /path`, or that with the place in the message
             *     after it.
             */
            agreed?: string[];
        };
        /** @description What becomes of changes of a contract that break callers. */
        CompatibilityInput: {
            /**
             * @description Whether such a change is told, and whether it is made.
             * @default warn
             */
            breaking?: components["schemas"]["Breaks"];
            /**
             * @description Changes that were agreed to, as `pailou diff --suppress` has them: a rule, `RULE METHOD /path`, or that with the place in the message
             *     after it.
             */
            agreed?: string[];
        };
        /**
         * @description What shows that it is still them: a passkey that asked who they are, or the password and, where there is one, the second factor; of
         *     the administrator the token.
         */
        Confirmation: {
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
        /** @description Which of both counts at a place of a contract that was changed here and in the document that is imported. */
        ConflictChoice: {
            /** @description As it is told: `paths./orders.get.summary`. */
            place: string;
            take: components["schemas"]["ConflictSide"];
        };
        /** @description One of both that changed a place of a contract. */
        ConflictSide: "here" | "document";
        /** @description What becomes of places of a contract that were changed here and in the document that is imported. */
        Conflicts: "refuse" | "here" | "document";
        /** @description How members come in. */
        ConsoleSignIn: {
            /** @description Whether people with a role by their groups become members as they first come; all others are invited before. */
            create?: boolean;
            /** @description Which roles come of which groups. They are looked at anew with every sign-in, and with every change of this list. */
            roles?: components["schemas"]["GroupRole"][];
            /**
             * @description For how long they hold after the last sign-in, for service tokens too; 366 days at most.
             * @default 30d
             */
            roles_last: components["schemas"]["Span"];
            /**
             * @description How long a session lasts at most, before one comes by the provider again; 7 days at most.
             * @default 12h
             */
            session: components["schemas"]["Span"];
            /** @description Whether members sign in by providers alone; the administrator's token stays as the way in when none answers. */
            only?: boolean;
        };
        /** @description How members come in. */
        ConsoleSignInInput: {
            /** @description Whether people with a role by their groups become members as they first come; all others are invited before. */
            create?: boolean;
            /** @description Which roles come of which groups. They are looked at anew with every sign-in, and with every change of this list. */
            roles?: components["schemas"]["GroupRole"][];
            /**
             * @description For how long they hold after the last sign-in, for service tokens too; 366 days at most.
             * @default 30d
             */
            roles_last?: components["schemas"]["Span"];
            /**
             * @description How long a session lasts at most, before one comes by the provider again; 7 days at most.
             * @default 12h
             */
            session?: components["schemas"]["Span"];
            /** @description Whether members sign in by providers alone; the administrator's token stays as the way in when none answers. */
            only?: boolean;
        };
        /** @description Who is calling, as the data plane recognizes them. */
        ConsumerDocument: {
            /** @constant */
            kind: "consumer";
            name: components["schemas"]["Name"];
            title?: string | null;
            /** @description Who this is elsewhere: the subject of a token (`sub`), or the id in a directory. By default the name. */
            custom_id?: string | null;
            /** @description Groups that policies may ask for. */
            groups?: string[];
            /** @description What proves a caller to be this consumer. */
            credentials?: components["schemas"]["Credential"][];
            /** @description Policies for every call of this consumer; one of the same name replaces that of the API or plan. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description Who is calling, as the data plane recognizes them. */
        ConsumerDocumentInput: {
            /** @constant */
            kind?: "consumer";
            name: components["schemas"]["Name"];
            title?: string | null;
            /** @description Who this is elsewhere: the subject of a token (`sub`), or the id in a directory. By default the name. */
            custom_id?: string | null;
            /** @description Groups that policies may ask for. */
            groups?: string[];
            /** @description What proves a caller to be this consumer. */
            credentials?: components["schemas"]["CredentialInput"][];
            /** @description Policies for every call of this consumer; one of the same name replaces that of the API or plan. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description A resource in a list. */
        ConsumerItem: {
            document: components["schemas"]["ConsumerDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        ConsumerItemList: {
            items: components["schemas"]["ConsumerItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description One change in a contract. */
        ContractChange: {
            /** @description Such as `request-property-became-required`. */
            rule: string;
            /** @description `breaking`, `warning` or `info`. */
            level: string;
            /** @description `GET /orders/{id}`; empty for what is of the whole. */
            operation: string;
            /** @description Where in the message: `response 200 application/json /items/*\/id`. */
            at: string;
            text: string;
            /**
             * Format: uint32
             * @description Where it stands in the new contract, from 1.
             */
            line: number;
            /** @description Who used what goes, or is other now, in the last thirty days; of what may break somebody. */
            used_by?: components["schemas"]["UsedBy"] | null;
        };
        /** @description What changes in the contract of an API. */
        ContractChanges: {
            /** @description The API, such as `orders@v1`. */
            api: string;
            /**
             * Format: uint
             * @description How many break whoever uses the API.
             */
            breaking: number;
            /**
             * Format: uint
             * @description How many may break somebody.
             */
            warnings: number;
            /**
             * Format: uint
             * @description How many others there are.
             */
            infos: number;
            /**
             * Format: uint
             * @description How many were agreed to; they are neither counted above nor listed.
             */
            agreed: number;
            /** @description At most 200, the worst first. */
            changes: components["schemas"]["ContractChange"][];
        };
        /** @description What to compare: of these, one. */
        ContractSide: {
            source?: components["schemas"]["Written"] | null;
            /**
             * @description The present contract of an API.
             * @default null
             */
            api?: string | null;
            /**
             * @description A design.
             * @default null
             */
            design?: string | null;
            /**
             * Format: uint64
             * @description One of its revisions; the present one if absent.
             * @default null
             */
            revision?: number | null;
        };
        /** @description A path, a URL, `sha256:…` of a stored contract, or the document itself. */
        ContractSource: string | Record<string, never>;
        /** @description A contract to begin with. */
        ContractTemplate: {
            name: string;
            title: string;
            /** @description What it has. */
            description: string;
            text: string;
        };
        /** @description A part of a list. */
        ContractTemplateList: {
            items: components["schemas"]["ContractTemplate"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A contract in the making as the portal would show it. */
        ContractView: {
            /** @description What this text is called in later requests. */
            base: string;
            /** @description Whether it can be published: whether it is read without an error. */
            readable: boolean;
            /** @description What reading it has to say, the errors that keep it from being published among them. */
            findings: components["schemas"]["Finding"][];
            /** @description What it has, at a glance, where neither an operation nor a schema was asked for. */
            outline: components["schemas"]["Outline"] | null;
            operation: components["schemas"]["OperationPage"] | null;
            /** @description Code that calls the operation. */
            samples: components["schemas"]["Sample"][];
            schema: components["schemas"]["SchemaPage"] | null;
        };
        /** @description From gateways of the same version; what it holds is not promised. */
        CountedCalls: Record<string, never>;
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
        /**
         * @description An API key, written as `{ key: "…" }`, or a name and password, written as `{ username: ada, password: "…" }`. At rest and in
         *     exports only hashes and a hint are left.
         */
        Credential: {
            /** @description The SHA-256 of the key. */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /** @description The name that `basic-auth` knows this caller by; no two callers have the same. */
            username?: string | null;
            /** @description The hash of the password in PHC format: `$argon2id$…`, or `$pbkdf2-sha256$…` of passwords hashed elsewhere. */
            password_hash?: string | null;
            /** @description What it is good for, where an API or policy asks for scopes. */
            scopes?: string[];
            /** @description The first characters of the key, to recognize it by. */
            hint?: string | null;
            /** @description When it was issued (RFC 3339). */
            created_at?: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /**
         * @description An API key, written as `{ key: "…" }`, or a name and password, written as `{ username: ada, password: "…" }`. At rest and in
         *     exports only hashes and a hint are left.
         */
        CredentialInput: {
            /** @description The key itself, 8 to 256 visible ASCII characters. Accepted, never returned. */
            key?: string | null;
            /** @description The SHA-256 of the key. */
            key_hash?: components["schemas"]["KeyHash"] | null;
            /** @description The name that `basic-auth` knows this caller by; no two callers have the same. */
            username?: string | null;
            /** @description The password of that name, 8 to 256 bytes. Accepted, never returned. */
            password?: string | null;
            /** @description The hash of the password in PHC format: `$argon2id$…`, or `$pbkdf2-sha256$…` of passwords hashed elsewhere. */
            password_hash?: string | null;
            /** @description What it is good for, where an API or policy asks for scopes. */
            scopes?: string[];
            /** @description The first characters of the key, to recognize it by. */
            hint?: string | null;
            /** @description When it was issued (RFC 3339). */
            created_at?: string | null;
            /** @description When it stops working (RFC 3339); never, where absent. */
            expires_at?: string | null;
        };
        /** @description What came of sealing everything anew. */
        DataKeyRotated: {
            /**
             * Format: uint
             * @description Secrets that were sealed by the new key.
             */
            secrets: number;
        };
        /** @description What a person decided on a subscription. */
        Decision: {
            approve: boolean;
            /**
             * @description What to tell the developer.
             * @default null
             */
            reason?: string | null;
            /**
             * @description When an approved subscription ends (RFC 3339); as its plan says, where absent.
             * @default null
             */
            expires_at?: string | null;
        };
        /** @description What is said when an API is deprecated. */
        DeprecationRequirement: {
            /** @description The least time between `deprecated_at` and `sunset_at`, such as `180d`; without it no `sunset_at` is asked for. */
            notice?: components["schemas"]["Span"] | null;
            /** @description That it says what comes after it. */
            successor?: boolean;
            /** @description That it says where to read how to move. */
            docs?: boolean;
        };
        /** @description A passkey, for the browser. */
        Descriptor: {
            type: string;
            /** @description Base64url. */
            id: string;
            transports: string[];
        };
        /**
         * @description A contract in the making: people write it, every state of it is kept, and it may be wrong or half done. It is nothing to gateways and to the
         *     portal until it is published, which makes it the contract of an API.
         */
        DesignDocument: {
            /** @constant */
            kind: "design";
            name: components["schemas"]["Name"];
            /** @description What people call it. */
            title?: string | null;
            /** @description What it is about, in Markdown. */
            description?: string | null;
            /** @description Who answers for it. */
            owner?: string | null;
            /** @description The API whose contract it is to become: `orders@v1`. */
            api?: string | null;
            /** @description The contract: a path, the document itself, or `sha256:…` of a text that is stored. This, or `text`. */
            contract?: components["schemas"]["ContractSource"] | null;
        };
        /**
         * @description A contract in the making: people write it, every state of it is kept, and it may be wrong or half done. It is nothing to gateways and to the
         *     portal until it is published, which makes it the contract of an API.
         */
        DesignDocumentInput: {
            /** @constant */
            kind?: "design";
            name: components["schemas"]["Name"];
            /** @description What people call it. */
            title?: string | null;
            /** @description What it is about, in Markdown. */
            description?: string | null;
            /** @description Who answers for it. */
            owner?: string | null;
            /** @description The API whose contract it is to become: `orders@v1`. */
            api?: string | null;
            /** @description The contract: a path, the document itself, or `sha256:…` of a text that is stored. This, or `text`. */
            contract?: components["schemas"]["ContractSource"] | null;
            /** @description The contract as it is written, with its comments and in its order. It is stored, and `contract` names it from then on. */
            text?: string | null;
        };
        /** @description A piece of the text that another takes the place of; lines from 0, characters in UTF-16 units. */
        DesignEdit: {
            /** Format: uint32 */
            line: number;
            /** Format: uint32 */
            character: number;
            /** Format: uint32 */
            end_line: number;
            /** Format: uint32 */
            end_character: number;
            insert: string;
        };
        /** @description What a rule has to say about a contract in the making, placed as Spectral places it. */
        DesignFinding: {
            /** @description The rule, such as `operation-description`. */
            code: string;
            message: string;
            /** @description `error`, `warning`, `information` or `hint`. */
            severity: string;
            /** @description The keys that lead to it. */
            path: string[];
            /**
             * Format: uint32
             * @description From 0.
             */
            line: number;
            /**
             * Format: uint32
             * @description In UTF-16 units, from 0.
             */
            character: number;
            /** Format: uint32 */
            end_line: number;
            /** Format: uint32 */
            end_character: number;
            documentation_url: string | null;
            /** @description What mends it, where nothing has to be guessed for that. */
            fix: components["schemas"]["DesignFix"] | null;
        };
        /** @description What mends a finding: all of its edits together. */
        DesignFix: {
            /** @description What it does: `Remove the slash at the end`. */
            title: string;
            edits: components["schemas"]["DesignEdit"][];
        };
        /** @description A resource in a list. */
        DesignItem: {
            document: components["schemas"]["DesignDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        DesignItemList: {
            items: components["schemas"]["DesignItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A developer of a workspace's portal, for those who look after apps. */
        DeveloperView: {
            email: string;
            name: string;
            /** @description `unconfirmed` until they showed that the address is theirs, where letters are sent; then `active`. */
            state: string;
            /** @description Whether something is asked for beside the password. */
            second_factor: boolean;
            /** Format: uint */
            passkeys: number;
            /** @description The identity providers they come by. */
            identities: components["schemas"]["IdentityView"][];
            /**
             * Format: uint
             * @description How many apps they have.
             */
            apps: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339; absent where they never did. */
            last_sign_in_at?: string | null;
        };
        /** @description A part of a list. */
        DeveloperViewList: {
            items: components["schemas"]["DeveloperView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /**
         * @description Which specification a document follows.
         * @enum {string}
         */
        Dialect: "swagger-2.0" | "openapi-3.0" | "openapi-3.1" | "openapi-3.2";
        /** @description Where endpoints are found, beside those that are listed. What was found last stays while nothing can be found. */
        Discovery: {
            /** @description In a file where the gateway runs. */
            file?: components["schemas"]["FileDiscovery"] | null;
            /** @description By DNS. */
            dns?: components["schemas"]["DnsDiscovery"] | null;
        };
        /** @description Where endpoints are found, beside those that are listed. What was found last stays while nothing can be found. */
        DiscoveryInput: {
            /** @description In a file where the gateway runs. */
            file?: components["schemas"]["FileDiscoveryInput"] | null;
            /** @description By DNS. */
            dns?: components["schemas"]["DnsDiscoveryInput"] | null;
        };
        /** @description A name that DNS leads to endpoints: each of its addresses (A and AAAA) is one, or each of its services (SRV). */
        DnsDiscovery: {
            /** @description The name, such as `orders.internal` or, with `type: srv`, `_http._tcp.orders.internal`. */
            name: string;
            /** @description What is asked for. */
            type?: components["schemas"]["DnsRecords"];
            /**
             * Format: uint16
             * @description With `type: address`: the port of every endpoint; 80 or 443 by the scheme where nothing is said.
             */
            port?: number | null;
            /**
             * @description `https` needs the `tls.server_name` that certificates are checked against.
             * @default http
             */
            scheme: components["schemas"]["Scheme"];
            /**
             * @description Servers that are asked, as `address:port` each, in place of the system's; then neither the hosts file nor the system's search
             *     list says anything.
             */
            resolver?: string[];
            /**
             * @description An answer is used for as long as it says (its TTL), but no shorter than this.
             * @default 1s
             */
            min_ttl: components["schemas"]["Span"];
            /**
             * @description And no longer than this.
             * @default 1m
             */
            max_ttl: components["schemas"]["Span"];
        };
        /** @description A name that DNS leads to endpoints: each of its addresses (A and AAAA) is one, or each of its services (SRV). */
        DnsDiscoveryInput: {
            /** @description The name, such as `orders.internal` or, with `type: srv`, `_http._tcp.orders.internal`. */
            name: string;
            /** @description What is asked for. */
            type?: components["schemas"]["DnsRecords"];
            /**
             * Format: uint16
             * @description With `type: address`: the port of every endpoint; 80 or 443 by the scheme where nothing is said.
             */
            port?: number | null;
            /**
             * @description `https` needs the `tls.server_name` that certificates are checked against.
             * @default http
             */
            scheme?: components["schemas"]["Scheme"];
            /**
             * @description Servers that are asked, as `address:port` each, in place of the system's; then neither the hosts file nor the system's search
             *     list says anything.
             */
            resolver?: string[];
            /**
             * @description An answer is used for as long as it says (its TTL), but no shorter than this.
             * @default 1s
             */
            min_ttl?: components["schemas"]["Span"];
            /**
             * @description And no longer than this.
             * @default 1m
             */
            max_ttl?: components["schemas"]["Span"];
        };
        /** @description What of a name is asked for. */
        DnsRecords: "address" | "srv";
        /** @description How far traffic and contract differ. */
        Drift: {
            /**
             * Format: uint64
             * @description Since when it is watched, milliseconds since 1970; nothing where there was no call yet.
             */
            since: number | null;
            /** @description Operations of the contract, in its order; none where there is no contract. */
            operations: components["schemas"]["OperationUse"][];
            /** @description Operations that are called, and that the contract does not have; the most called first. */
            shadow: components["schemas"]["Shadow"][];
            noise: components["schemas"]["Noise"];
            /**
             * Format: uint64
             * @description Exchanges whose bodies were looked into: those that the policy `observe` takes.
             */
            sampled: number;
            /** @description Something did not fit into the room there is; what is told is true, and there may be more. */
            full: boolean;
        };
        /** @description How far an API and its contract differ, at a glance. */
        DriftSummary: {
            /** @description The id of the API. */
            api: string;
            /** @description Whether it has a contract. */
            contract: boolean;
            /**
             * Format: uint
             * @description Operations of the contract, and those nobody called.
             */
            operations: number;
            /** Format: uint */
            zombies: number;
            /**
             * Format: uint
             * @description Operations that are called and not in the contract.
             */
            shadows: number;
            /**
             * Format: uint64
             * @description Since when it is watched, milliseconds since 1970; nothing where there was no call yet.
             */
            since: number | null;
        };
        /** @description A part of a list. */
        DriftSummaryList: {
            items: components["schemas"]["DriftSummary"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Something of an operation that its contract does not have. */
        Drifted: {
            /** @description `status`, `query`, `request-field`, `response-field`, `request-type` or `response-type`. */
            kind: string;
            /**
             * Format: uint16
             * @description The status, of what is about responses.
             */
            status: number | null;
            /** @description The name of the parameter; of fields their place, as a JSON pointer in which `*` is any item or key: `/items/*\/discount`. */
            place: string;
            /** @description For people. */
            message: string;
            seen: components["schemas"]["Span2"];
            /** @description A schema of what was seen, without its values. */
            schema: unknown;
        };
        /** @description A part of a text that another takes the place of. */
        Edit: {
            /**
             * Format: uint
             * @description Where it begins, in UTF-16 units from the beginning of the text, as JavaScript counts.
             */
            from: number;
            /**
             * Format: uint
             * @description Where it ends.
             */
            to: number;
            insert: string;
        };
        /** @description Something a member may do, and by what. */
        EffectivePermission: {
            /** @description Such as `apis:write`. */
            permission: string;
            workspace: components["schemas"]["Scope"];
            /** @description Whether it is for what they own alone. */
            own: boolean;
            /** @description The roles that give it. */
            roles: string[];
        };
        /** @description A part of a list. */
        EffectivePermissionList: {
            items: components["schemas"]["EffectivePermission"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A policy that holds for an operation, and where it comes from. */
        EffectivePolicy: {
            policy: string;
            config: unknown;
            when?: string | null;
            from: components["schemas"]["Level"];
        };
        /** @description What is done in an emergency: one of both, `to` or `revision`. */
        EmergencyAsked: {
            /** @description Why what standards ask is passed by; it is kept and listed. */
            reason: string;
            /**
             * @description The state the API comes to.
             * @default null
             */
            to?: components["schemas"]["LifeState"] | null;
            /**
             * Format: uint64
             * @description The revision it goes back to.
             * @default null
             */
            revision?: number | null;
        };
        /** @description A change that passed by what standards ask. */
        EmergencyView: {
            /** Format: uint64 */
            number: number;
            api: string;
            by: string;
            /** @description RFC 3339. */
            at: string;
            /** @description What was done: the state the API came to, or `review 7`. */
            what: string;
            reason: string;
            /** @description What it passed by. */
            passed: string[];
            /** @description Whether it came to be; what failed changed nothing. */
            made: boolean;
        };
        /** @description A part of a list. */
        EmergencyViewList: {
            items: components["schemas"]["EmergencyView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /**
         * @description How the bytes of a body are written.
         * @enum {string}
         */
        Encoding: "utf8" | "base64";
        /** @description A URL, or a URL with its weight and zone. */
        Endpoint: string | {
            url: string;
            /** @default 1 */
            weight?: number;
            zone?: string;
        };
        /** @description How much one endpoint is asked at one time. */
        EndpointLimits: {
            /**
             * Format: uint32
             * @description Requests under way at one time; one more goes to another endpoint.
             */
            max_requests?: number | null;
            /**
             * Format: uint32
             * @description Connections at one time, idle ones too.
             */
            max_connections?: number | null;
        };
        /** @description How an endpoint stands at a gateway. */
        EndpointStanding: {
            url: string;
            /**
             * Format: uint32
             * @description As configured.
             */
            weight: number;
            /** @description The zone it is in, where that is said. */
            zone?: string | null;
            /**
             * @description Whether it was found (`discovery`) rather than listed.
             * @default false
             */
            found: boolean;
            /** @description Whether it gets requests now. */
            takes_requests: boolean;
            /** @description Why it is out. */
            out?: components["schemas"]["Out"] | null;
            /**
             * Format: uint64
             * @description For how long it is still out, milliseconds, where that is known.
             */
            out_for_ms?: number | null;
            /** @description Why it gets none although nothing is held against it. */
            rests?: components["schemas"]["Rest"] | null;
            /**
             * Format: uint8
             * @description While it begins slowly (`slow_start`): how much of its share it gets, percent.
             */
            warming_percent?: number | null;
            /** @description What `health_checks.active` say, where they are made. */
            checks?: components["schemas"]["CheckStanding"] | null;
            /** @description What its answers say, where `health_checks.passive` look at them. */
            answers?: components["schemas"]["AnswerStanding"] | null;
            breaker?: components["schemas"]["BreakerState"] | null;
            /**
             * Format: uint32
             * @description Requests under way, where they are counted.
             */
            in_flight?: number | null;
            /** @description What changed lately, the oldest first. */
            history: components["schemas"]["StandingChange"][];
        };
        /** @description What becomes of a change of an API that does not meet a standard. */
        Enforcement: "warn" | "refuse";
        /** @description An API in one environment. */
        EnvironmentView: {
            workspace: string;
            /** Format: uint64 */
            revision: number;
            state: components["schemas"]["LifeState"];
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Whether it is the same there as where it was asked, but for where it answers and what serves it. */
            same: boolean;
            /** @description What it has there that is other. */
            changes: components["schemas"]["FieldChange"][];
            /** @description How it came there, the newest first; 20 at most. */
            promotions: components["schemas"]["PromotionView"][];
        };
        /** @description A part of a list. */
        EnvironmentViewList: {
            items: components["schemas"]["EnvironmentView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What becomes of an account with a password that has the address of who signs in. */
        ExistingAccounts: "refuse" | "link";
        /** @description Where a request goes, and why it does not go elsewhere. */
        Explanation: {
            method: string;
            /** @description In lower case, without the port. */
            host: string;
            /** @description As routing compares it. */
            path: string;
            outcome: components["schemas"]["Outcome"];
            /** @description What takes it; where the outcome is not `routed`, what refuses it. */
            winner?: components["schemas"]["Candidate"] | null;
            /** @description The methods that the path has, where only the method does not fit. */
            allow?: string[];
            /** @description What came near, the nearest first. */
            lost: components["schemas"]["Lost"][];
            /**
             * Format: uint64
             * @description The snapshot this is about.
             */
            snapshot: number;
        };
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
        /**
         * @description How severe something must be to fail.
         * @enum {string}
         */
        FailOn: "error" | "warn" | "info" | "hint";
        /** @description Whose doing an unsuccessful exchange was. */
        Fault: "none" | "downstream" | "upstream" | "gateway";
        /** @description A field that differs. */
        FieldChange: {
            /** @description Such as `policies[0].rate-limit.limit`. */
            path: string;
            /** @description Absent where the field is new. */
            before?: unknown;
            /** @description Absent where the field goes. */
            after?: unknown;
        };
        /** @description A file with endpoints, which is looked at again and again. */
        FileDiscovery: {
            /** @description A path where the gateway runs: a list in YAML or JSON, as `endpoints` is. */
            path: string;
            /**
             * @description How often it is looked at.
             * @default 1s
             */
            interval: components["schemas"]["Span"];
        };
        /** @description A file with endpoints, which is looked at again and again. */
        FileDiscoveryInput: {
            /** @description A path where the gateway runs: a list in YAML or JSON, as `endpoints` is. */
            path: string;
            /**
             * @description How often it is looked at.
             * @default 1s
             */
            interval?: components["schemas"]["Span"];
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
        /** @description Room for the responses that the policy `cache` stores, of all services together. */
        GatewayCache: {
            /**
             * @description In memory.
             * @default 64MiB
             */
            memory: components["schemas"]["ByteSize"];
            /**
             * @description On disk, where the gateway has a data directory; `0B` for none. What is there outlives a restart.
             * @default 256MiB
             */
            disk: components["schemas"]["ByteSize"];
        };
        /** @description Room for the responses that the policy `cache` stores, of all services together. */
        GatewayCacheInput: {
            /**
             * @description In memory.
             * @default 64MiB
             */
            memory?: components["schemas"]["ByteSize"];
            /**
             * @description On disk, where the gateway has a data directory; `0B` for none. What is there outlives a restart.
             * @default 256MiB
             */
            disk?: components["schemas"]["ByteSize"];
        };
        /** @description Deadlines, bounds and policies for everything that passes a gateway. */
        GatewayDocument: {
            /** @constant */
            kind: "gateway";
            name: components["schemas"]["Name"];
            /**
             * @default {
             *       "header": "15s",
             *       "body": "30s",
             *       "idle": "75s"
             *     }
             */
            timeouts: components["schemas"]["GatewayTimeouts"];
            /**
             * @default {
             *       "headers": "32KiB",
             *       "body": "100MiB",
             *       "connections": 20000
             *     }
             */
            limits: components["schemas"]["GatewayLimits"];
            /**
             * @default {
             *       "memory": "64MiB",
             *       "disk": "256MiB"
             *     }
             */
            cache: components["schemas"]["GatewayCache"];
            /**
             * @description Guesses of credentials that one network address has.
             * @default {
             *       "limit": 60,
             *       "window": "1m"
             *     }
             */
            wrong_credentials: components["schemas"]["WrongCredentials"];
            /**
             * @description Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` and `Forwarded` are believed, and their PROXY protocol where a
             *     listener asks for it.
             */
            trusted_proxies?: string[];
            /** @description Where it listens beside `--http` and `--https`. They come and go without touching connections of others. */
            listeners?: components["schemas"]["Listener"][];
            /**
             * @description What is spoken with clients on TLS listeners.
             * @default {
             *       "min_version": "1.2",
             *       "session_tickets": true,
             *       "http3": true
             *     }
             */
            tls: components["schemas"]["GatewayTls"];
            /** @description Policies for every request. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description Deadlines, bounds and policies for everything that passes a gateway. */
        GatewayDocumentInput: {
            /** @constant */
            kind?: "gateway";
            name: components["schemas"]["Name"];
            /**
             * @default {
             *       "header": "15s",
             *       "body": "30s",
             *       "idle": "75s"
             *     }
             */
            timeouts?: components["schemas"]["GatewayTimeoutsInput"];
            /**
             * @default {
             *       "headers": "32KiB",
             *       "body": "100MiB",
             *       "connections": 20000
             *     }
             */
            limits?: components["schemas"]["GatewayLimitsInput"];
            /**
             * @default {
             *       "memory": "64MiB",
             *       "disk": "256MiB"
             *     }
             */
            cache?: components["schemas"]["GatewayCacheInput"];
            /**
             * @description Guesses of credentials that one network address has.
             * @default {
             *       "limit": 60,
             *       "window": "1m"
             *     }
             */
            wrong_credentials?: components["schemas"]["WrongCredentialsInput"];
            /**
             * @description Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` and `Forwarded` are believed, and their PROXY protocol where a
             *     listener asks for it.
             */
            trusted_proxies?: string[];
            /** @description Where it listens beside `--http` and `--https`. They come and go without touching connections of others. */
            listeners?: components["schemas"]["ListenerInput"][];
            /**
             * @description What is spoken with clients on TLS listeners.
             * @default {
             *       "min_version": "1.2",
             *       "session_tickets": true,
             *       "http3": true
             *     }
             */
            tls?: components["schemas"]["GatewayTlsInput"];
            /** @description Policies for every request. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description A resource in a list. */
        GatewayItem: {
            document: components["schemas"]["GatewayDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        GatewayItemList: {
            items: components["schemas"]["GatewayItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Bounds on what clients may send. */
        GatewayLimits: {
            /**
             * @description The largest request head.
             * @default 32KiB
             */
            headers: components["schemas"]["ByteSize"];
            /**
             * @description The largest request body.
             * @default 100MiB
             */
            body: components["schemas"]["ByteSize"];
            /**
             * Format: uint32
             * @description Connections of clients at one time.
             * @default 20000
             */
            connections: number;
        };
        /** @description Bounds on what clients may send. */
        GatewayLimitsInput: {
            /**
             * @description The largest request head.
             * @default 32KiB
             */
            headers?: components["schemas"]["ByteSize"];
            /**
             * @description The largest request body.
             * @default 100MiB
             */
            body?: components["schemas"]["ByteSize"];
            /**
             * Format: uint32
             * @description Connections of clients at one time.
             * @default 20000
             */
            connections?: number;
        };
        /** @description A gateway in a process of its own, as the control plane knows it. */
        GatewaySeen: {
            /** @description Of the machine, or what the operator calls it. */
            name: string;
            version: string;
            /**
             * Format: uint64
             * @description The number of the snapshot it ran when it last told.
             */
            snapshot: number;
            /**
             * Format: uint64
             * @description When it last told what it counted, milliseconds since 1970.
             */
            seen_at: number;
            /**
             * Format: uint64
             * @description Calls it told of since the control plane started.
             */
            requests: number;
        };
        /** @description What a gateway tells about itself. */
        GatewayStatus: {
            /** @description Whether it has a configuration and takes requests. */
            ready: boolean;
            /**
             * Format: uint64
             * @description The number of the snapshot in force.
             */
            snapshot: number;
            listeners: components["schemas"]["ListenerStatus"][];
            /** @description The certificates it serves, by name. */
            certificates: components["schemas"]["CertificateStatus"][];
            /**
             * Format: uint64
             * @description Client connections open now.
             */
            connections: number;
            /**
             * Format: uint64
             * @description Client connections accepted since the start.
             */
            accepted: number;
            /**
             * Format: uint64
             * @description Client connections shed because the bound was reached.
             */
            shed: number;
            /** Format: uint */
            workers: number;
            /** @description Whether it takes no new connections and lets those it has finish. */
            draining: boolean;
            responses: components["schemas"]["StoredResponses"];
        };
        /** @description Deadlines toward clients. */
        GatewayTimeouts: {
            /**
             * @description For a request's head to arrive whole.
             * @default 15s
             */
            header: components["schemas"]["Span"];
            /**
             * @description Between two pieces of a request's body.
             * @default 30s
             */
            body: components["schemas"]["Span"];
            /**
             * @description For a connection with no request on it.
             * @default 75s
             */
            idle: components["schemas"]["Span"];
            /** @description The default of an upstream's `total`. */
            upstream?: components["schemas"]["Span"] | null;
        };
        /** @description Deadlines toward clients. */
        GatewayTimeoutsInput: {
            /**
             * @description For a request's head to arrive whole.
             * @default 15s
             */
            header?: components["schemas"]["Span"];
            /**
             * @description Between two pieces of a request's body.
             * @default 30s
             */
            body?: components["schemas"]["Span"];
            /**
             * @description For a connection with no request on it.
             * @default 75s
             */
            idle?: components["schemas"]["Span"];
            /** @description The default of an upstream's `total`. */
            upstream?: components["schemas"]["Span"] | null;
        };
        /** @description What is spoken with clients on TLS listeners. */
        GatewayTls: {
            /**
             * @description The lowest version that is spoken.
             * @default 1.2
             */
            min_version: components["schemas"]["TlsVersion"];
            /** @description The cipher suites that are spoken, the preferred first; by default all that are considered safe. */
            ciphers?: components["schemas"]["CipherSuite"][];
            /** @description The certificate for clients that name no host, or one that no certificate is for. By default the first one by name. */
            default_certificate?: components["schemas"]["Name"] | null;
            /** @description Asks clients for a certificate. Without it they are asked where a policy, such as `mtls-auth`, looks at certificates. */
            client_auth?: components["schemas"]["ClientAuth"] | null;
            /**
             * @description Lets clients resume sessions by tickets. Their keys never leave the process, and change every six hours.
             * @default true
             */
            session_tickets: boolean;
            /**
             * @description Speaks HTTP/3 where TLS is spoken, on the UDP port of the same number, and tells clients of it (`Alt-Svc`). It needs TLS 1.3.
             * @default true
             */
            http3: boolean;
        };
        /** @description What is spoken with clients on TLS listeners. */
        GatewayTlsInput: {
            /**
             * @description The lowest version that is spoken.
             * @default 1.2
             */
            min_version?: components["schemas"]["TlsVersion"];
            /** @description The cipher suites that are spoken, the preferred first; by default all that are considered safe. */
            ciphers?: components["schemas"]["CipherSuite"][];
            /** @description The certificate for clients that name no host, or one that no certificate is for. By default the first one by name. */
            default_certificate?: components["schemas"]["Name"] | null;
            /** @description Asks clients for a certificate. Without it they are asked where a policy, such as `mtls-auth`, looks at certificates. */
            client_auth?: components["schemas"]["ClientAuthInput"] | null;
            /**
             * @description Lets clients resume sessions by tickets. Their keys never leave the process, and change every six hours.
             * @default true
             */
            session_tickets?: boolean;
            /**
             * @description Speaks HTTP/3 where TLS is spoken, on the UDP port of the same number, and tells clients of it (`Alt-Svc`). It needs TLS 1.3.
             * @default true
             */
            http3?: boolean;
        };
        /** @description A role that comes of a group. */
        GroupRole: {
            /** @description As the provider says it; `*` is everybody it knows. */
            group: string;
            role: components["schemas"]["Name"];
            /** @description Where the role holds: the name of a workspace, or `*` for every one. */
            workspace?: string;
        };
        /**
         * @description A status of gRPC that is no success.
         * @enum {string}
         */
        GrpcCode: "cancelled" | "unknown" | "invalid-argument" | "deadline-exceeded" | "not-found" | "already-exists" | "permission-denied" | "resource-exhausted" | "failed-precondition" | "aborted" | "out-of-range" | "unimplemented" | "internal" | "unavailable" | "data-loss" | "unauthenticated";
        /** @description What of a request says where it goes: `ip`, `consumer`, `{ header: x-user }`, `{ cookie: session }` or `{ own_cookie: { … } }`. */
        HashOn: "ip" | "consumer" | {
            header: string;
        } | {
            cookie: string;
        } | {
            own_cookie: components["schemas"]["OwnCookie"];
        };
        /** @description What of a request says where it goes: `ip`, `consumer`, `{ header: x-user }`, `{ cookie: session }` or `{ own_cookie: { … } }`. */
        HashOnInput: "ip" | "consumer" | {
            header: string;
        } | {
            cookie: string;
        } | {
            own_cookie: components["schemas"]["OwnCookieInput"];
        };
        /** @description A header of a request that is not made. */
        HeaderLine: {
            name: string;
            value: string;
        };
        /** @description How an upstream knows which of its endpoints are well. */
        HealthChecks: {
            /** @description By asking them at intervals. */
            active?: components["schemas"]["ActiveCheck"] | null;
            /** @description By the answers that clients' requests get. */
            passive?: components["schemas"]["PassiveCheck"] | null;
            /**
             * Format: uint8
             * @description Where less than this share of the endpoints is well, percent, all are asked as if they were: better some answers than too
             *     much for the few.
             * @default 50
             */
            panic_percent: number;
        };
        /** @description How an upstream knows which of its endpoints are well. */
        HealthChecksInput: {
            /** @description By asking them at intervals. */
            active?: components["schemas"]["ActiveCheckInput"] | null;
            /** @description By the answers that clients' requests get. */
            passive?: components["schemas"]["PassiveCheckInput"] | null;
            /**
             * Format: uint8
             * @description Where less than this share of the endpoints is well, percent, all are asked as if they were: better some answers than too
             *     much for the few.
             * @default 50
             */
            panic_percent?: number;
        };
        /**
         * @description Sends a request once more where its answer is slow to come, and takes whichever answer comes first.
         *
         *     Only requests whose methods are listed, and whose bodies are there as a whole, are sent twice. They count against the budget of
         *     `retries`.
         */
        Hedge: {
            /**
             * @description How long is waited for an answer's head: a time such as `50ms`, or `p50` to `p99`, the time in which so many percent of this
             *     upstream's answers came lately. By share nothing is sent twice before 100 answers are known.
             */
            after: components["schemas"]["HedgeAfter"];
            /**
             * Format: uint8
             * @description How often a request is sent beside the first at most, 1 to 3; each after the same time.
             * @default 1
             */
            most: number;
            /**
             * @description Methods of requests that may be sent twice.
             * @default [
             *       "GET",
             *       "HEAD",
             *       "OPTIONS"
             *     ]
             */
            methods: string[];
        };
        /** @description A time such as `50ms`, or a share such as `p95`. */
        HedgeAfter: string;
        /**
         * @description Sends a request once more where its answer is slow to come, and takes whichever answer comes first.
         *
         *     Only requests whose methods are listed, and whose bodies are there as a whole, are sent twice. They count against the budget of
         *     `retries`.
         */
        HedgeInput: {
            /**
             * @description How long is waited for an answer's head: a time such as `50ms`, or `p50` to `p99`, the time in which so many percent of this
             *     upstream's answers came lately. By share nothing is sent twice before 100 answers are known.
             */
            after: components["schemas"]["HedgeAfter"];
            /**
             * Format: uint8
             * @description How often a request is sent beside the first at most, 1 to 3; each after the same time.
             * @default 1
             */
            most?: number;
            /**
             * @description Methods of requests that may be sent twice.
             * @default [
             *       "GET",
             *       "HEAD",
             *       "OPTIONS"
             *     ]
             */
            methods?: string[];
        };
        /** @description An OpenID provider at which people sign in: members to the console, developers to the portal of the workspace. */
        IdentityProviderDocument: {
            /** @constant */
            kind: "identity-provider";
            name: components["schemas"]["Name"];
            /** @description What stands on the button: `Example Corp`. */
            title?: string | null;
            /**
             * @description The provider, as its tokens say it in `iss`: `https://idp.example.com`. What it says of itself is at
             *     `/.well-known/openid-configuration` below.
             */
            issuer: string;
            /** @description As whom Pailou is registered there. */
            client_id: string;
            /** @description The secret of that client, by a reference: `secret://idp`. Public clients have none. */
            client_secret?: string | null;
            /**
             * @description What is asked for at signing in.
             * @default [
             *       "openid",
             *       "profile",
             *       "email"
             *     ]
             */
            scopes: string[];
            /**
             * @description The claim with the groups of a person, a list or one text: its name, or a path such as `realm_access.roles`.
             * @default groups
             */
            groups_claim: string;
            /** @description E-mail addresses of which domains are let in; any, where there are none. */
            email_domains?: string[];
            /**
             * @description Whether addresses count that the provider does not say it has verified; it needs `email_domains`. For a provider that gives out the
             *     addresses itself.
             */
            trust_emails?: boolean;
            /** @description What becomes of an account with a password that has the address of who signs in; `link` needs `email_domains`. */
            existing_accounts?: components["schemas"]["ExistingAccounts"];
            /** @description Whether who signs out here signs out at the provider, too. */
            sign_out?: boolean;
            /** @description Lets members into the console, where it is there; in the workspace `default` alone. */
            console?: components["schemas"]["ConsoleSignIn"] | null;
            /** @description Lets developers into the portal of the workspace, where it is there. */
            portal?: components["schemas"]["PortalSignIn"] | null;
        };
        /** @description An OpenID provider at which people sign in: members to the console, developers to the portal of the workspace. */
        IdentityProviderDocumentInput: {
            /** @constant */
            kind?: "identity-provider";
            name: components["schemas"]["Name"];
            /** @description What stands on the button: `Example Corp`. */
            title?: string | null;
            /**
             * @description The provider, as its tokens say it in `iss`: `https://idp.example.com`. What it says of itself is at
             *     `/.well-known/openid-configuration` below.
             */
            issuer: string;
            /** @description As whom Pailou is registered there. */
            client_id: string;
            /** @description The secret of that client, by a reference: `secret://idp`. Public clients have none. */
            client_secret?: string | null;
            /**
             * @description What is asked for at signing in.
             * @default [
             *       "openid",
             *       "profile",
             *       "email"
             *     ]
             */
            scopes?: string[];
            /**
             * @description The claim with the groups of a person, a list or one text: its name, or a path such as `realm_access.roles`.
             * @default groups
             */
            groups_claim?: string;
            /** @description E-mail addresses of which domains are let in; any, where there are none. */
            email_domains?: string[];
            /**
             * @description Whether addresses count that the provider does not say it has verified; it needs `email_domains`. For a provider that gives out the
             *     addresses itself.
             */
            trust_emails?: boolean;
            /** @description What becomes of an account with a password that has the address of who signs in; `link` needs `email_domains`. */
            existing_accounts?: components["schemas"]["ExistingAccounts"];
            /** @description Whether who signs out here signs out at the provider, too. */
            sign_out?: boolean;
            /** @description Lets members into the console, where it is there; in the workspace `default` alone. */
            console?: components["schemas"]["ConsoleSignInInput"] | null;
            /** @description Lets developers into the portal of the workspace, where it is there. */
            portal?: components["schemas"]["PortalSignInInput"] | null;
        };
        /** @description A resource in a list. */
        IdentityProviderItem: {
            document: components["schemas"]["IdentityProviderDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        IdentityProviderItemList: {
            items: components["schemas"]["IdentityProviderItem"][];
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
        /** @description An API to be made of a document, or one that was made of it before to be brought up to date. */
        ImportRequest: {
            /** @description The document: OpenAPI, Swagger, GraphQL SDL, AsyncAPI, Protocol Buffers, WSDL, a Postman collection or HAR. */
            text: string;
            /** @description What findings call it. */
            file?: string | null;
            /** @description Files that it imports. */
            beside?: components["schemas"]["BundleFile"][];
            /** @description What it is written in; found out where nothing is said. */
            notation?: components["schemas"]["Notation"] | null;
            /** @description By default made of the contract's title. */
            name?: string | null;
            version?: string | null;
            /** @description The URL of the service, or the name of an upstream. Needed where the API is new. */
            upstream?: string;
            /** @description The base path; by default `/<name>` or `/<name>/<version>`. */
            path?: string | null;
            /** @default [] */
            hosts?: string[];
            /** @default [] */
            policies?: components["schemas"]["PolicyUse"][];
            /**
             * @description Brings an API that is there up to date: what was written by hand stays.
             * @default false
             */
            merge?: boolean;
            /**
             * @description With `merge`: takes the document as it is, without what was changed by hand in the contract since it was imported.
             * @default false
             */
            replace?: boolean;
            /**
             * @description With `merge`: what becomes of places of the contract that were changed by hand, and in the document too.
             * @default refuse
             */
            conflicts?: components["schemas"]["Conflicts"];
            /** @description With `merge`: which of both counts at single places, whatever `conflicts` says of the others. */
            choices?: components["schemas"]["ConflictChoice"][];
            /**
             * @description Checks everything and changes nothing.
             * @default false
             */
            dry_run?: boolean;
        };
        /** @description What an import made, or would make. */
        Imported: {
            resource: components["schemas"]["ApiDocument"];
            /**
             * Format: uint64
             * @description 0 for a dry run.
             */
            revision: number;
            /** @description What the document is written in. */
            notation: components["schemas"]["Notation"];
            /**
             * Format: uint
             * @description How many operations it has.
             */
            operations: number;
            /** @description What came of an API that was there. */
            merged?: components["schemas"]["Merged"] | null;
            /** @description Warnings. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description A member who is to set a password. */
        Invitation: {
            member: components["schemas"]["MemberView"];
            /** @description For them alone: whoever opens it sets their password. Works once. Absent where it was sent to them by e-mail. */
            link?: string | null;
            /** @description RFC 3339. */
            expires_at: string;
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
        /** @description A service token, shown this once. */
        IssuedToken: {
            secret: string;
            token: components["schemas"]["TokenView"];
        };
        /** @description What to know of a new key. */
        KeyForm: {
            /**
             * @description When it stops working (RFC 3339); never, where absent.
             * @default null
             */
            expires_at?: string | null;
            /**
             * @description What it is good for, where an API or policy asks for scopes.
             * @default []
             */
            scopes?: string[];
        };
        KeyHash: string;
        /** @description When a key was last used, as a gateway has seen it. */
        KeyUse: {
            workspace: components["schemas"]["Name"];
            key_hash: components["schemas"]["KeyHash"];
            /**
             * Format: uint64
             * @description Milliseconds since 1970.
             */
            used_at: number;
        };
        /** @description When keys were used. */
        KeyUses: {
            uses: components["schemas"]["KeyUse"][];
        };
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
        /** @description A part of a list. */
        KeyViewList: {
            items: components["schemas"]["KeyView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description The kinds of resource, in the order they are applied: a kind refers only to earlier ones. */
        Kind: "workspace" | "certificate" | "gateway" | "upstream" | "api" | "route" | "consumer" | "plan" | "product" | "app" | "subscription" | "block" | "standard" | "waiver" | "identity-provider" | "design";
        /** @description How many resources there are of a kind. */
        KindCount: {
            kind: components["schemas"]["Kind"];
            /** Format: uint64 */
            count: number;
        };
        /** @enum {string} */
        Level: "gateway" | "api" | "operation";
        /** @description Something that became of an API. */
        LifeEvent: {
            /** @description RFC 3339. */
            at: string;
            by: string;
            /** @description The state it came to, or `emergency`, `reviewed`, `promoted`, or `told` of those whose apps use it. */
            what: string;
            /** Format: uint64 */
            revision: number | null;
            /** Format: uint64 */
            review: number | null;
            reason: string | null;
        };
        /** @description A state that an API may come to. */
        LifeMove: {
            to: components["schemas"]["LifeState"];
            /** @description Whether nothing stands in the way. */
            allowed: boolean;
            /** @description How it would stand to the standards that are about it there. */
            checks: components["schemas"]["StandardStanding"][];
            /** @description What else there is to say. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description A state of an API. */
        LifeState: "draft" | "review" | "prerelease" | "published" | "deprecated" | "retired" | "archived";
        /** @description What an API is to become. */
        LifeStep: {
            to: components["schemas"]["LifeState"];
            /** @description With `review`: what is to be looked at, for those who do. */
            summary?: string | null;
            /** @description With `deprecated`: since when (RFC 3339); now, where nothing is said. */
            deprecated_at?: string | null;
            /** @description When it will stop to answer (RFC 3339). */
            sunset_at?: string | null;
            /** @description The address of what comes after it. */
            successor?: string | null;
            /** @description The address of a page that says more. */
            docs?: string | null;
            /** @description Times in which calls are refused before it ends; they replace those that it has. */
            brownouts?: components["schemas"]["Brownout"][] | null;
        };
        /** @description Where an API is in its life, and where it may go. */
        LifeView: {
            /** @description The API, such as `orders@v1`. */
            api: string;
            state: components["schemas"]["LifeState"];
            /** Format: uint64 */
            revision: number;
            /** @description What it may become, each with what is asked for that. */
            moves: components["schemas"]["LifeMove"][];
            /** @description The last recorded test with the contract it has. */
            tests: components["schemas"]["TestReportView"] | null;
            /** @description Reviews that are open. */
            reviews: components["schemas"]["ReviewLine"][];
            /** @description What became of it, the newest first. */
            history: components["schemas"]["LifeEvent"][];
        };
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
        /** @description Where an API is in its life, and what comes after it. Its answers say so. */
        LifecycleInput: {
            /**
             * @description `draft` becomes `review`, `prerelease` or `published`, that `deprecated`, that `retired` and that `archived`; `review`, `deprecated`,
             *     `retired` and `archived` go back by one.
             * @default published
             */
            state?: components["schemas"]["LifeState"];
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
        /** @description A limit and where it comes from. */
        LimitExplained: {
            /** @description `rate-limit` or `concurrency-limit`. */
            policy: string;
            /** @description `gateway`, `api`, `route`, `operation`, `plan`, `consumer` or `app`. */
            level: string;
            /** @description Where it is attached, such as `api/orders@v1`. */
            at: string;
            /** @description How it stands for this caller. */
            state: components["schemas"]["LimitState"];
        };
        /** @description A policy with limits that does not hold for a request. */
        LimitIdle: {
            /** @description `rate-limit` or `concurrency-limit`. */
            policy: string;
            /** @description `gateway`, `api`, `route`, `operation`, `plan`, `consumer` or `app`. */
            level: string;
            /** @description Where it is attached, such as `api/orders@v1`. */
            at: string;
            /** @description Why it does not hold. */
            why: string;
        };
        /** @description A limit that a request would touch, and how it stands for that request's key. */
        LimitState: {
            /** @description Its name in the `RateLimit` fields, such as `minute`. */
            name: string;
            /** @description `fixed-window`, `sliding-window`, `token-bucket` or `concurrency`. */
            algorithm: string;
            /**
             * Format: uint64
             * @description Units in a window, or calls at the same time.
             */
            limit: number;
            /**
             * Format: uint64
             * @description The window in seconds; none for `concurrency`.
             */
            window_s: number | null;
            /**
             * Format: uint64
             * @description Units saved up at most, for `token-bucket`.
             */
            burst: number | null;
            /** @description What is counted apart. */
            per: string;
            /**
             * Format: uint64
             * @description Units used of what there is now, or calls under way.
             */
            used: number;
            /**
             * Format: uint64
             * @description Units left now.
             */
            remaining: number;
            /**
             * Format: uint64
             * @description Seconds until all units are back.
             */
            reset_s: number;
            /** @description Whether it only counts, and lets every call through. */
            report_only: boolean;
            /**
             * Format: uint64
             * @description Calls of all callers that were over the limits of this policy since it was put in force.
             */
            over: number;
        };
        /** @description Which limits a request would touch. */
        LimitsExplained: {
            /** @description `api/orders@v1` or `route/health`. */
            service: string;
            /** @description The operation; empty where none was named. */
            operation: string;
            /** @description `consumer/ada` or `app/shop`; none for an anonymous caller. */
            caller: string | null;
            /** @description The plan by which an app may call the API. */
            plan: string | null;
            /** @description The limits that hold, in the order in which they are asked. */
            limits: components["schemas"]["LimitExplained"][];
            /** @description Policies with limits that do not hold for this request, and why. */
            not_in_force: components["schemas"]["LimitIdle"][];
        };
        /** @description A check of contracts by rules. */
        LintRequirement: {
            /**
             * @description `spectral:oas`, or a ruleset in Spectral's format, written here.
             * @default spectral:oas
             */
            ruleset: unknown;
            /**
             * @description The least severity that fails.
             * @default error
             */
            fail_on: components["schemas"]["FailOn"];
        };
        /** @description A check of contracts by rules. */
        LintRequirementInput: {
            /**
             * @description `spectral:oas`, or a ruleset in Spectral's format, written here.
             * @default spectral:oas
             */
            ruleset?: unknown;
            /**
             * @description The least severity that fails.
             * @default error
             */
            fail_on?: components["schemas"]["FailOn"];
        };
        /** @description Hosts and a base path. */
        Listen: {
            /** @description Host names, exact or with a leading wildcard such as `*.example.com`; none means any host. */
            hosts?: string[];
            /**
             * @description The base path, such as `/orders/v1`.
             * @default /
             */
            path: string;
            /**
             * @description Takes the base path off before the request goes to the upstream.
             * @default true
             */
            strip_path: boolean;
            /** @description How requests say which version they are for, where several answer at one path. */
            version?: components["schemas"]["VersionMatch"] | null;
        };
        /** @description Hosts and a base path. */
        ListenInput: {
            /** @description Host names, exact or with a leading wildcard such as `*.example.com`; none means any host. */
            hosts?: string[];
            /**
             * @description The base path, such as `/orders/v1`.
             * @default /
             */
            path?: string;
            /**
             * @description Takes the base path off before the request goes to the upstream.
             * @default true
             */
            strip_path?: boolean;
            /** @description How requests say which version they are for, where several answer at one path. */
            version?: components["schemas"]["VersionMatch"] | null;
        };
        /** @description A place a gateway listens at, beside `--http` and `--https`. */
        Listener: {
            name: components["schemas"]["Name"];
            /** @description Address and port: `0.0.0.0:8081`, `[::]:8081`. Port 0 takes a free one. */
            address: string;
            /**
             * @description Whether TLS is spoken.
             * @default false
             */
            tls: boolean;
            /**
             * @description Whether every connection begins with a header of the PROXY protocol, version 1 or 2, that says who the client is. It is taken
             *     from `trusted_proxies` alone; connections of others are closed.
             * @default false
             */
            proxy_protocol: boolean;
            /**
             * @description Whether a listener that speaks TLS speaks HTTP/3 too, on the UDP port of the same number, unless `tls.http3` of the gateway is
             *     off. One with `proxy_protocol` does not.
             */
            http3?: boolean;
            /**
             * @description Whether clients are asked for a certificate where TLS is spoken. By default they are where `tls.client_auth` of the gateway or a policy, such as
             *     `mtls-auth`, wants one.
             */
            client_certificate?: components["schemas"]["AskedCertificate"] | null;
        };
        /** @description A place a gateway listens at, beside `--http` and `--https`. */
        ListenerInput: {
            name: components["schemas"]["Name"];
            /** @description Address and port: `0.0.0.0:8081`, `[::]:8081`. Port 0 takes a free one. */
            address: string;
            /**
             * @description Whether TLS is spoken.
             * @default false
             */
            tls?: boolean;
            /**
             * @description Whether every connection begins with a header of the PROXY protocol, version 1 or 2, that says who the client is. It is taken
             *     from `trusted_proxies` alone; connections of others are closed.
             * @default false
             */
            proxy_protocol?: boolean;
            /**
             * @description Whether a listener that speaks TLS speaks HTTP/3 too, on the UDP port of the same number, unless `tls.http3` of the gateway is
             *     off. One with `proxy_protocol` does not.
             */
            http3?: boolean;
            /**
             * @description Whether clients are asked for a certificate where TLS is spoken. By default they are where `tls.client_auth` of the gateway or a policy, such as
             *     `mtls-auth`, wants one.
             */
            client_certificate?: components["schemas"]["AskedCertificate"] | null;
        };
        /** @description Where a gateway accepts. */
        ListenerStatus: {
            /** @description `http` and `https` are those of the command line. */
            name: string;
            /** @description `http` or `https`. */
            scheme: string;
            /** @description Address and port. */
            address: string;
            /** @description Whether connections begin with a header of the PROXY protocol. */
            proxy_protocol: boolean;
            /** @description Whether HTTP/3 is spoken on the UDP port of the same number. */
            http3: boolean;
        };
        /** @description How many sessions ended. */
        LoggedOut: {
            /** Format: uint */
            sessions: number;
        };
        LogoutFields: {
            logout_token: string;
        };
        /** @description What came near, and why it lost. */
        Lost: {
            /** @description `route/health` or `api/orders@v1`. */
            service: string;
            /** @description The operation of the API. */
            operation?: string | null;
            /** @description What it takes, in short: `GET *.example.com/orders/{id}`. */
            takes: string;
            reason: components["schemas"]["Reason"];
            /** @description In words. */
            detail: string;
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
        /** @description Who is to become a member. */
        MemberForm: {
            email: string;
            /** @description What to call them. */
            name: string;
            /** @description What they may do, and where. */
            roles: components["schemas"]["Membership"][];
        };
        /** @description A member. */
        MemberView: {
            email: string;
            name: string;
            /** @description Those that who asks may know of. */
            roles: components["schemas"]["Membership"][];
            /**
             * @description Roles they have by their groups, as the documents of identity providers say.
             * @default []
             */
            roles_by_groups: components["schemas"]["Membership"][];
            /**
             * @description The identity providers they come by.
             * @default []
             */
            identities: components["schemas"]["IdentityView"][];
            /**
             * @description `invited` until they have set a password or came by an identity provider, then `active`; `suspended` where a directory has put them
             *     out.
             */
            state: string;
            /** @description Whether something is asked for beside the password. */
            second_factor: boolean;
            /** @default [] */
            passkeys: components["schemas"]["PasskeyView"][];
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339; absent where they never did. */
            last_sign_in_at?: string | null;
        };
        /** @description A part of a list. */
        MemberViewList: {
            items: components["schemas"]["MemberView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A role of a member, and where it holds. */
        Membership: {
            workspace: components["schemas"]["Scope"];
            role: components["schemas"]["Name"];
        };
        /** @description A place of a contract that was changed here and in the document, each time differently. */
        MergeConflict: {
            /** @description `paths./orders.get.summary` */
            place: string;
            /**
             * Format: uint32
             * @description Where it stands in the document, where that is of one file: from 1.
             */
            line?: number | null;
            /** @description What it is here, a list or mapping in JSON; at most 2000 characters. Absent where it was taken out. */
            here?: string | null;
            /** @description What it is in the document. */
            document?: string | null;
            /** @description Which of both counts. */
            taken: components["schemas"]["ConflictSide"];
        };
        /** @description What an import came to for an API that was there. */
        Merged: {
            /** @description Operations that are new: `GET /orders`. */
            added: string[];
            /** @description Operations whose promises changed. */
            changed: string[];
            /** @description Operations that are gone. */
            removed: string[];
            /** @description What was written by hand and stays. */
            kept: string[];
            /** @description What was written by hand and has no place any more: it was of operations that are gone. */
            dropped: string[];
            /**
             * @description Places that were changed here and in the document, and which of both counts. At most 1000.
             * @default []
             */
            conflicts: components["schemas"]["MergeConflict"][];
            /** @description What changed in the contract, for those who use the API. */
            contract: components["schemas"]["ContractChanges"] | null;
        };
        /** @description A name in kebab case, such as `orders-eu`. */
        Name: string;
        /** @description An example of the author. */
        NamedExample: {
            name: string;
            summary?: string | null;
            value: unknown;
        };
        /** @description Paths that were called too seldom, or that only those ask for who look for holes. */
        Noise: {
            /** Format: uint64 */
            paths: number;
            /** Format: uint64 */
            calls: number;
        };
        /** @description What a contract may be written in. */
        Notation: "openapi" | "graphql" | "asyncapi" | "protobuf" | "wsdl" | "postman" | "har";
        /** @description An app as a client of the built-in authorization server (RFC 6749 §2). */
        OAuthClient: {
            /** @description What it is known by (`client_id`); no secret. */
            id: string;
            /** @description What proves it, two at most, so that one takes the other's place without a gap. */
            secrets?: components["schemas"]["ClientSecret"][];
            /** @description Its public keys as a JWK set (RFC 7517), which prove it in place of a secret (`private_key_jwt`). */
            jwks?: unknown;
            /** @description Whether it can keep no secret: an app on a device or in a browser. It has PKCE alone, and no client credentials. */
            public?: boolean;
            /** @description Where people may be sent back to, compared as they stand. Only the port of a loopback address may be another (RFC 8252 §7.3). */
            redirect_uris?: string[];
            /**
             * @description How it may ask for tokens; by default with its own credentials.
             * @default [
             *       "client-credentials"
             *     ]
             */
            grants: components["schemas"]["ClientGrant"][];
            /** @description Scopes it may ask for beside those that the contracts of its APIs name. */
            scopes?: string[];
            /** @description Whether its tokens are always bound to a key of its own (RFC 9449 §5.2). */
            dpop?: boolean;
            /** @description The SHA-256 of the token by which it changes its own registration (RFC 7592), where it registered itself. */
            registration_hash?: components["schemas"]["KeyHash"] | null;
        };
        /** @description An app as a client of the built-in authorization server (RFC 6749 §2). */
        OAuthClientInput: {
            /** @description What it is known by (`client_id`); no secret. */
            id: string;
            /** @description What proves it, two at most, so that one takes the other's place without a gap. */
            secrets?: components["schemas"]["ClientSecretInput"][];
            /** @description Its public keys as a JWK set (RFC 7517), which prove it in place of a secret (`private_key_jwt`). */
            jwks?: unknown;
            /** @description Whether it can keep no secret: an app on a device or in a browser. It has PKCE alone, and no client credentials. */
            public?: boolean;
            /** @description Where people may be sent back to, compared as they stand. Only the port of a loopback address may be another (RFC 8252 §7.3). */
            redirect_uris?: string[];
            /**
             * @description How it may ask for tokens; by default with its own credentials.
             * @default [
             *       "client-credentials"
             *     ]
             */
            grants?: components["schemas"]["ClientGrant"][];
            /** @description Scopes it may ask for beside those that the contracts of its APIs name. */
            scopes?: string[];
            /** @description Whether its tokens are always bound to a key of its own (RFC 9449 §5.2). */
            dpop?: boolean;
            /** @description The SHA-256 of the token by which it changes its own registration (RFC 7592), where it registered itself. */
            registration_hash?: components["schemas"]["KeyHash"] | null;
        };
        /** @description A certificate that an authority is asked for by ACME (RFC 8555). */
        ObtainedStatus: {
            /** @description The name of the resource. */
            certificate: string;
            /** @description Host names it is asked for. */
            hosts: string[];
            /** @description The authority's directory. */
            directory: string;
            /** @description `http-01` or `tls-alpn-01`. */
            challenge: string;
            /** @description `awaited` where there is none yet, `valid`, or `expired`. */
            state: string;
            /** @description When the one there is expires, RFC 3339. */
            not_after: string | null;
            /** @description When it is asked for next, RFC 3339. */
            next_attempt: string;
            /**
             * Format: uint32
             * @description Attempts that failed in a row.
             */
            failures: number;
            /** @description Why the last one did. */
            error: string | null;
        };
        /**
         * @description One operation, whole. Schemas are JSON Schema 2020-12 as OpenAPI 3.1 uses it, whatever the document was written in; a reference is
         *     always `#/components/schemas/NAME`, where `NAME` is a key of `schemas` or can be asked for by itself.
         */
        OperationPage: {
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
        };
        /** @description What differs for one operation. */
        OperationSettings: {
            /** @description Policies for this operation; one of the same name replaces the API's. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description An operation of the contract, and its use. */
        OperationUse: {
            id: string;
            method: string;
            path: string;
            /**
             * @description `used`; `zombie` where nobody called it; `drifted` where it differs from the contract; `deprecated` where it is called and the contract
             *     says that it should not be.
             */
            state: string;
            calls: components["schemas"]["Span2"];
            drifted: components["schemas"]["Drifted"][];
        };
        /** @description Who uses an operation. */
        OperationUses: {
            /** @description Who calls it, such as `app/shop`, and how often; an empty name is whoever was not recognized. */
            callers: {
                [key: string]: number;
            };
            /**
             * Format: uint64
             * @description Exchanges that were looked into; none where nothing is (policy `observe`).
             */
            sampled: number;
            /** @description Who sent or received what, of the exchanges that were looked into: `query limit`, `request /items/*\/id`, `response /total`. */
            parts: {
                [key: string]: {
                    [key: string]: components["schemas"]["Span2"];
                };
            };
        };
        /** @description Why an endpoint gets no requests. */
        Out: "unhealthy" | "ejected" | "breaker";
        /** @description What becomes of a request. */
        Outcome: "routed" | "method-not-allowed" | "operation-not-found" | "version-not-found" | "not-found";
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
        /**
         * @description A cookie by which a gateway knows a client again: by chance, and good for nothing else. Clients keep it from scripts (`HttpOnly`),
         *     and send it over TLS alone where they got it over TLS (`Secure`).
         */
        OwnCookie: {
            /** @default pailou-at */
            name: string;
            /** @description How long clients keep it; until they end where nothing is said. */
            ttl?: components["schemas"]["Span"] | null;
            /**
             * @description Below which path clients send it.
             * @default /
             */
            path: string;
            /**
             * @description Whether clients send it with requests that other sites cause.
             * @default lax
             */
            same_site: components["schemas"]["SameSite"];
        };
        /**
         * @description A cookie by which a gateway knows a client again: by chance, and good for nothing else. Clients keep it from scripts (`HttpOnly`),
         *     and send it over TLS alone where they got it over TLS (`Secure`).
         */
        OwnCookieInput: {
            /** @default pailou-at */
            name?: string;
            /** @description How long clients keep it; until they end where nothing is said. */
            ttl?: components["schemas"]["Span"] | null;
            /**
             * @description Below which path clients send it.
             * @default /
             */
            path?: string;
            /**
             * @description Whether clients send it with requests that other sites cause.
             * @default lax
             */
            same_site?: components["schemas"]["SameSite"];
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
        /** @description Takes endpoints out for a while that answer badly (outlier ejection). */
        PassiveCheck: {
            /**
             * Format: uint32
             * @description Failures one after the other; 0 does not count them.
             * @default 5
             */
            consecutive_failures: number;
            /**
             * Format: uint8
             * @description The share of failures in a window, percent.
             */
            error_percent?: number | null;
            /**
             * Format: uint16
             * @description Requests in a window from which on the share says something.
             * @default 20
             */
            min_requests: number;
            /** @default 10s */
            window: components["schemas"]["Span"];
            /**
             * @description Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
             * @default [
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes: number[];
            /**
             * @description How long an endpoint stays out; twice as long the second time in a row, three times the third.
             * @default 30s
             */
            eject_for: components["schemas"]["Span"];
            /**
             * @description Never longer than this.
             * @default 5m
             */
            max_eject_for: components["schemas"]["Span"];
        };
        /** @description Takes endpoints out for a while that answer badly (outlier ejection). */
        PassiveCheckInput: {
            /**
             * Format: uint32
             * @description Failures one after the other; 0 does not count them.
             * @default 5
             */
            consecutive_failures?: number;
            /**
             * Format: uint8
             * @description The share of failures in a window, percent.
             */
            error_percent?: number | null;
            /**
             * Format: uint16
             * @description Requests in a window from which on the share says something.
             * @default 20
             */
            min_requests?: number;
            /** @default 10s */
            window?: components["schemas"]["Span"];
            /**
             * @description Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
             * @default [
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes?: number[];
            /**
             * @description How long an endpoint stays out; twice as long the second time in a row, three times the third.
             * @default 30s
             */
            eject_for?: components["schemas"]["Span"];
            /**
             * @description Never longer than this.
             * @default 5m
             */
            max_eject_for?: components["schemas"]["Span"];
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
        /** @description Another password. */
        PasswordChange: {
            /** Format: password */
            current: string;
            /**
             * Format: password
             * @description At least 8 characters, and at most 1024 bytes.
             */
            password: string;
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
        /** @description A change to another plan. */
        PlanChange: {
            plan: components["schemas"]["Name"];
            /** @description What the developer said. */
            reason?: string | null;
            /** @description The terms of that plan that they agreed to. */
            terms?: components["schemas"]["AgreedTerms"] | null;
        };
        /** @description The limits that a subscription comes with. */
        PlanDocument: {
            /** @constant */
            kind: "plan";
            name: components["schemas"]["Name"];
            title?: string | null;
            description?: string | null;
            /**
             * @description Whether a subscription is active at once or waits for a person.
             * @default auto
             */
            approval: components["schemas"]["Approval"];
            /** @description Where approval is `conditional`: the first that holds decides, and where none does a person. */
            approval_rules?: components["schemas"]["ApprovalRule"][];
            /** @description How long a subscription lasts from when it becomes active, such as `90d`; without end by default. */
            lasts?: components["schemas"]["Span"] | null;
            /**
             * @description What developers agree to before they subscribe: Markdown, or an `https` address where it stands. What is agreed to is this text: when it
             *     changes, those who subscribe or renew after that agree anew.
             */
            terms?: string | null;
            /** @description Policies for every call under this plan; one of the same name replaces the API's. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description The limits that a subscription comes with. */
        PlanDocumentInput: {
            /** @constant */
            kind?: "plan";
            name: components["schemas"]["Name"];
            title?: string | null;
            description?: string | null;
            /**
             * @description Whether a subscription is active at once or waits for a person.
             * @default auto
             */
            approval?: components["schemas"]["Approval"];
            /** @description Where approval is `conditional`: the first that holds decides, and where none does a person. */
            approval_rules?: components["schemas"]["ApprovalRule"][];
            /** @description How long a subscription lasts from when it becomes active, such as `90d`; without end by default. */
            lasts?: components["schemas"]["Span"] | null;
            /**
             * @description What developers agree to before they subscribe: Markdown, or an `https` address where it stands. What is agreed to is this text: when it
             *     changes, those who subscribe or renew after that agree anew.
             */
            terms?: string | null;
            /** @description Policies for every call under this plan; one of the same name replaces the API's. */
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description A resource in a list. */
        PlanItem: {
            document: components["schemas"]["PlanDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        PlanItemList: {
            items: components["schemas"]["PlanItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
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
        /** @description A policy users can attach. */
        Policy: {
            name: string;
            stage: components["schemas"]["Stage"];
            /** @description Whether it may be attached to a plan or consumer. */
            for_callers: boolean;
            /** @description In a few words: the first sentence of the description. */
            title: string;
            /** @description What it does, in Markdown. */
            description: string;
            /** @description A configuration in YAML that is valid. */
            example: string;
            /** @description The JSON schema of its configuration. */
            schema: unknown;
        };
        /** @description A part of a list. */
        PolicyList: {
            items: components["schemas"]["Policy"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description One policy by its name with its configuration, and an optional CEL condition `when`. The policies and their schemas are listed at /api/v1/policies. */
        PolicyUse: {
            /** @description A CEL condition. */
            when?: string;
        } & {
            [key: string]: Record<string, never>;
        };
        /** @description How developers come in. */
        PortalSignIn: {
            /** @description Whether people have an account as they first come. */
            create?: boolean;
            /** @description Groups of which one must be in any; everybody, where there are none. */
            groups?: string[];
            /**
             * @description How long a session lasts at most; 7 days at most.
             * @default 12h
             */
            session: components["schemas"]["Span"];
            /** @description Whether developers sign in by providers alone. */
            only?: boolean;
        };
        /** @description How developers come in. */
        PortalSignInInput: {
            /** @description Whether people have an account as they first come. */
            create?: boolean;
            /** @description Groups of which one must be in any; everybody, where there are none. */
            groups?: string[];
            /**
             * @description How long a session lasts at most; 7 days at most.
             * @default 12h
             */
            session?: components["schemas"]["Span"];
            /** @description Whether developers sign in by providers alone. */
            only?: boolean;
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
        /** @description A bundle of APIs that apps subscribe to. */
        ProductDocument: {
            /** @constant */
            kind: "product";
            name: components["schemas"]["Name"];
            title?: string | null;
            /** @description What it is for, in Markdown. */
            description?: string | null;
            /** @description The APIs in it: `orders` for every version, `orders@v1` for one. */
            apis: components["schemas"]["ApiRef"][];
            /** @description The plans it is offered under. */
            plans: components["schemas"]["Name"][];
            /**
             * @description Who finds it in the portal.
             * @default public
             */
            visibility: components["schemas"]["Visibility"];
        };
        /** @description A bundle of APIs that apps subscribe to. */
        ProductDocumentInput: {
            /** @constant */
            kind?: "product";
            name: components["schemas"]["Name"];
            title?: string | null;
            /** @description What it is for, in Markdown. */
            description?: string | null;
            /** @description The APIs in it: `orders` for every version, `orders@v1` for one. */
            apis: components["schemas"]["ApiRef"][];
            /** @description The plans it is offered under. */
            plans: components["schemas"]["Name"][];
            /**
             * @description Who finds it in the portal.
             * @default public
             */
            visibility?: components["schemas"]["Visibility"];
        };
        /** @description A resource in a list. */
        ProductItem: {
            document: components["schemas"]["ProductDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        ProductItemList: {
            items: components["schemas"]["ProductItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Where an API goes. */
        PromotionAsked: {
            /** @description The workspace that is the next environment. */
            to: components["schemas"]["Name"];
            /** @description Where it answers there; as it does there already, or as it does here. */
            listen?: components["schemas"]["ListenInput"] | null;
            /** @description What serves it there; what does already, or what does here. */
            upstream?: components["schemas"]["UpstreamSourceInput"] | null;
        };
        /** @description A promotion. */
        PromotionView: {
            from: string;
            /**
             * Format: uint64
             * @description The revision there.
             */
            from_revision: number;
            /**
             * Format: uint64
             * @description The revision it came to be.
             */
            revision: number;
            by: string;
            /** @description RFC 3339. */
            at: string;
        };
        /** @description A contract with what was seen. */
        Proposal: {
            /** @description The whole document. */
            contract: unknown;
            /** @description What changes, as a JSON merge patch (RFC 7396). */
            patch: unknown;
            /** @description What could not be put into it, for people. */
            left_out: string[];
        };
        /** @description A proposal of a review. */
        ProposalView: {
            by: string;
            /** @description RFC 3339. */
            at: string;
            digest: string;
            /** @description What differs from the proposal before. */
            changes: components["schemas"]["FieldChange"][];
        };
        /** @description What is spoken with an upstream. */
        Protocol: "auto" | "http1" | "http2";
        /** @description A provider on the page where people sign in. */
        ProviderButton: {
            name: components["schemas"]["Name"];
            /** @description What stands on it. */
            title: string;
        };
        /** @description How a provider stands, asked now. */
        ProviderCheck: {
            /** @description Whether people can sign in by it. */
            ready: boolean;
            /** @description Why they cannot. */
            trouble?: string | null;
            /**
             * Format: uint
             * @description Keys that it signs with.
             */
            keys: number;
            /** @description Whether it says in its answers who it is (RFC 9207). */
            says_issuer: boolean;
            /** @description Whether it can sign people out here (OpenID Connect Back-Channel Logout 1.0). */
            signs_out: boolean;
            /** @description Where it says that somebody signed out; to be registered with it. */
            backchannel_logout_uris: string[];
            /** @description Where it sends browsers back to; to be registered with it. */
            redirect_uris: string[];
            /** @description Where it sends browsers after they signed out; to be registered with it. */
            post_logout_redirect_uris: string[];
        };
        /** @description What publishing made, or would make. */
        PublishedDesign: {
            /** @description The API, such as `orders@v1`. */
            api: string;
            /**
             * Format: uint64
             * @description Its revision; 0 for a dry run.
             */
            revision: number;
            /** @description What changes for those who use the API. */
            changes: components["schemas"]["ContractChanges"];
            /** @description Warnings. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description Which stored responses are forgotten: exactly one of these. */
        PurgeForm: {
            /**
             * @description Those of a URL, such as `https://api.example.com/orders?page=2`, as clients ask for it; of every caller and every variant.
             * @default null
             */
            url?: string | null;
            /**
             * @description Those whose `Surrogate-Key` or `Cache-Tag` names this.
             * @default null
             */
            tag?: string | null;
            /**
             * @description All of them.
             * @default false
             */
            all?: boolean;
        };
        /** @description What was purged, for gateways of other processes. */
        PurgeNews: {
            /** @description How far purges have come with these; to be told the next time. */
            mark: string;
            /** @description Whether something is missing, so that everything is forgotten. */
            everything: boolean;
            /** @description The oldest first. */
            items: components["schemas"]["PurgedItem"][];
        };
        /** @description What was forgotten. */
        Purged: {
            /**
             * Format: uint64
             * @description How many keys had something stored at the gateway of this process. Those of other processes forget within a second or two.
             */
            forgotten: number;
        };
        /** @description One purge: one of these. */
        PurgedItem: "all" | {
            url: string;
        } | {
            tag: string;
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
        /** @description A request that is not made. */
        Question: {
            /** @description `GET` */
            method: string;
            /** @description `https://api.example.com/orders?page=2`, or the path alone. */
            url: string;
            headers?: components["schemas"]["HeaderLine"][];
            /**
             * Format: ip
             * @description The address it comes from, for conditions that ask; this machine where none is given.
             */
            client?: string | null;
        };
        /** @description Why something does not take a request. */
        Reason: ("condition" | "cookie" | "query" | "header" | "method" | "host" | "path") | "outranked" | "version";
        /** @description Why something is done. */
        ReasonInput: {
            /** @default  */
            reason?: string;
        };
        /** @description What was recorded. */
        Recorded: {
            /** Format: uint64 */
            number: number;
        };
        /** @description Shown this once. */
        RecoveryCodes: {
            /** @description Each takes the place of one code. */
            recovery_codes: string[];
        };
        /** @description A secret that documents name, without its value. */
        ReferenceView: {
            /** @description As documents have it: `secret://vault/kv/orders#key`. */
            reference: string;
            place: components["schemas"]["SecretPlace"];
            /** @description What names it: `api/orders@v1`. */
            used_by: string[];
            /** @description Whether there is a value in force. */
            in_force: boolean;
            /** @description Why it could not be had the last time it was looked for; what was good before stays in force. */
            trouble?: string | null;
        };
        /** @description A part of a list. */
        ReferenceViewList: {
            items: components["schemas"]["ReferenceView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Something that was said in a review. */
        Remark: {
            /** @description An e-mail address, `admin`, or the name of a service token. */
            by: string;
            /** @description RFC 3339. */
            at: string;
            text: string;
            verdict?: components["schemas"]["ReviewVerdict"] | null;
            /** @description Which proposal it is about, by the SHA-256 of it. */
            digest: string;
            /** @description The line of the contract that it is about; absent where it is about all of it. */
            place?: components["schemas"]["RemarkPlace"] | null;
        };
        /** @description What somebody says in a review. */
        RemarkForm: {
            /**
             * @description At most 4000 bytes; may be empty with an approval alone.
             * @default
             */
            text?: string;
            /** @default null */
            verdict?: components["schemas"]["ReviewVerdict"] | null;
            /**
             * @description The proposal that was looked at, by its `digest`: where it is another by now, nothing is said.
             * @default null
             */
            digest?: string | null;
            /**
             * Format: uint32
             * @description The line of the proposal's contract that it is about, from 1.
             * @default null
             */
            line?: number | null;
        };
        /** @description The line of a contract that a remark is about. */
        RemarkPlace: {
            /**
             * Format: uint32
             * @description From 1, in the contract of the proposal that the remark is about.
             */
            line: number;
            /** @description What stands there, at most 200 characters. */
            text: string;
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
        /**
         * @description One thing that a standard asks.
         * @enum {string}
         */
        Requirement: "owner" | "description" | "contract" | "policies" | "lint" | "no_breaking_changes" | "security" | "tests" | "review" | "deprecation" | "retirement" | "promoted_from";
        /** @description How an API stands to one thing that is asked. */
        RequirementStanding: {
            requirement: components["schemas"]["Requirement"];
            met: boolean;
            /** @description What is missing, where it is not met. */
            missing: string | null;
            /** @description Until when it may be missing (RFC 3339), where there is a waiver that has not ended. */
            waived_until: string | null;
            /** @description The name of that waiver. */
            waiver: string | null;
        };
        /** @description What a standard asks. */
        Requirements: {
            /** @description That the API says who answers for it (`owner`). */
            owner?: boolean;
            /** @description That the API, or its contract, says what it is for. */
            description?: boolean;
            /** @description That it has a contract. */
            contract?: boolean;
            /** @description Policies that hold for every call: each by its name, or a list of which one must be there. One with a condition (`when`) does not count. */
            policies?: (string | string[])[];
            /** @description That its contract passes a check by rules. */
            lint?: components["schemas"]["LintRequirement"] | null;
            /** @description That a change of its contract breaks nobody who uses it, but for what its `compatibility.agreed` lists. */
            no_breaking_changes?: boolean;
            /** @description That every operation recognizes its callers: by a policy that does so without a condition. */
            security?: boolean;
            /** @description That the service was held against the contract (`pailou test --record`), and all was as promised. */
            tests?: components["schemas"]["TestRequirement"] | null;
            /** @description That others have looked at what it is now, and approved it. */
            review?: components["schemas"]["ReviewRequirement"] | null;
            /** @description Of APIs that are deprecated: what those are told who use them. */
            deprecation?: components["schemas"]["DeprecationRequirement"] | null;
            /** @description Of APIs that are retired: that nobody is left behind. */
            retirement?: components["schemas"]["RetirementRequirement"] | null;
            /** @description That it is what it is in another workspace, such as `staging`: the environment before this one. */
            promoted_from?: components["schemas"]["Name"] | null;
        };
        /** @description What a standard asks. */
        RequirementsInput: {
            /** @description That the API says who answers for it (`owner`). */
            owner?: boolean;
            /** @description That the API, or its contract, says what it is for. */
            description?: boolean;
            /** @description That it has a contract. */
            contract?: boolean;
            /** @description Policies that hold for every call: each by its name, or a list of which one must be there. One with a condition (`when`) does not count. */
            policies?: (string | string[])[];
            /** @description That its contract passes a check by rules. */
            lint?: components["schemas"]["LintRequirementInput"] | null;
            /** @description That a change of its contract breaks nobody who uses it, but for what its `compatibility.agreed` lists. */
            no_breaking_changes?: boolean;
            /** @description That every operation recognizes its callers: by a policy that does so without a condition. */
            security?: boolean;
            /** @description That the service was held against the contract (`pailou test --record`), and all was as promised. */
            tests?: components["schemas"]["TestRequirement"] | null;
            /** @description That others have looked at what it is now, and approved it. */
            review?: components["schemas"]["ReviewRequirementInput"] | null;
            /** @description Of APIs that are deprecated: what those are told who use them. */
            deprecation?: components["schemas"]["DeprecationRequirement"] | null;
            /** @description Of APIs that are retired: that nobody is left behind. */
            retirement?: components["schemas"]["RetirementRequirement"] | null;
            /** @description That it is what it is in another workspace, such as `staging`: the environment before this one. */
            promoted_from?: components["schemas"]["Name"] | null;
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
        /** @description Why an endpoint gets no requests although nothing is held against it. */
        Rest: "weight" | "priority" | "zone";
        /** @description When an API may be retired. */
        RetirementRequirement: {
            /** @description That the day of its end, `sunset_at`, has come. */
            after_sunset?: boolean;
            /**
             * Format: uint8
             * @description Days in which nobody called it, 1 to 90.
             */
            quiet_days?: number | null;
        };
        /**
         * @description When a request is sent again.
         *
         *     A request whose method is not listed in `methods` is sent again only if nothing of it was sent, or if it carries an
         *     `idempotency_key`.
         */
        Retries: {
            /**
             * Format: uint8
             * @description How often a request is sent again at most; 0 to 10.
             * @default 2
             */
            attempts: number;
            /**
             * @description What a request is sent again for, beside `codes`.
             * @default [
             *       "connect-failure",
             *       "reset"
             *     ]
             */
            on: components["schemas"]["RetryOn"][];
            /**
             * @description Statuses of answers after which a request is sent again.
             * @default [
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes: number[];
            /** @description Statuses of gRPC after which a call is sent again, whatever its method: where the answer has no message, but a status alone. */
            grpc_codes?: components["schemas"]["GrpcCode"][];
            /**
             * @description Methods of requests that may be sent again after something of them was sent; by default those that are safe to repeat
             *     (RFC 9110 §9.2.2).
             * @default [
             *       "GET",
             *       "HEAD",
             *       "OPTIONS",
             *       "TRACE",
             *       "PUT",
             *       "DELETE"
             *     ]
             */
            methods: string[];
            /** @description A header that makes a request with any method safe to repeat, such as `Idempotency-Key`: for services that heed it. */
            idempotency_key?: string | null;
            /** @description For one attempt, from its first byte sent to the response's head. All attempts together have the upstream's `timeouts.total`. */
            per_try_timeout?: components["schemas"]["Span"] | null;
            /**
             * @description How long is waited before a request is sent again.
             * @default {
             *       "base": "25ms",
             *       "max": "500ms"
             *     }
             */
            backoff: components["schemas"]["Backoff"];
            /**
             * @description Where the same endpoint is asked again, how long its `Retry-After`, or gRPC's `grpc-retry-pushback-ms`, is waited for at most. An
             *     answer that says more is passed on.
             * @default 1s
             */
            retry_after: components["schemas"]["Span"];
            /**
             * @description How many requests are sent again at most, so that retries do not overload a service that has trouble already.
             * @default {
             *       "percent": 20,
             *       "min_per_second": 10
             *     }
             */
            budget: components["schemas"]["RetryBudget"];
            /**
             * @description The largest body that is remembered to be sent again.
             * @default 64KiB
             */
            replay: components["schemas"]["ByteSize"];
        };
        /**
         * @description When a request is sent again.
         *
         *     A request whose method is not listed in `methods` is sent again only if nothing of it was sent, or if it carries an
         *     `idempotency_key`.
         */
        RetriesInput: {
            /**
             * Format: uint8
             * @description How often a request is sent again at most; 0 to 10.
             * @default 2
             */
            attempts?: number;
            /**
             * @description What a request is sent again for, beside `codes`.
             * @default [
             *       "connect-failure",
             *       "reset"
             *     ]
             */
            on?: components["schemas"]["RetryOn"][];
            /**
             * @description Statuses of answers after which a request is sent again.
             * @default [
             *       502,
             *       503,
             *       504
             *     ]
             */
            codes?: number[];
            /** @description Statuses of gRPC after which a call is sent again, whatever its method: where the answer has no message, but a status alone. */
            grpc_codes?: components["schemas"]["GrpcCode"][];
            /**
             * @description Methods of requests that may be sent again after something of them was sent; by default those that are safe to repeat
             *     (RFC 9110 §9.2.2).
             * @default [
             *       "GET",
             *       "HEAD",
             *       "OPTIONS",
             *       "TRACE",
             *       "PUT",
             *       "DELETE"
             *     ]
             */
            methods?: string[];
            /** @description A header that makes a request with any method safe to repeat, such as `Idempotency-Key`: for services that heed it. */
            idempotency_key?: string | null;
            /** @description For one attempt, from its first byte sent to the response's head. All attempts together have the upstream's `timeouts.total`. */
            per_try_timeout?: components["schemas"]["Span"] | null;
            /**
             * @description How long is waited before a request is sent again.
             * @default {
             *       "base": "25ms",
             *       "max": "500ms"
             *     }
             */
            backoff?: components["schemas"]["BackoffInput"];
            /**
             * @description Where the same endpoint is asked again, how long its `Retry-After`, or gRPC's `grpc-retry-pushback-ms`, is waited for at most. An
             *     answer that says more is passed on.
             * @default 1s
             */
            retry_after?: components["schemas"]["Span"];
            /**
             * @description How many requests are sent again at most, so that retries do not overload a service that has trouble already.
             * @default {
             *       "percent": 20,
             *       "min_per_second": 10
             *     }
             */
            budget?: components["schemas"]["RetryBudgetInput"];
            /**
             * @description The largest body that is remembered to be sent again.
             * @default 64KiB
             */
            replay?: components["schemas"]["ByteSize"];
        };
        /** @description How many requests are sent again at most. */
        RetryBudget: {
            /**
             * Format: uint8
             * @description In proportion to the requests to the upstream, percent.
             * @default 20
             */
            percent: number;
            /**
             * Format: uint32
             * @description As many a second beside them, so that an upstream with few requests may send some again.
             * @default 10
             */
            min_per_second: number;
        };
        /** @description How many requests are sent again at most. */
        RetryBudgetInput: {
            /**
             * Format: uint8
             * @description In proportion to the requests to the upstream, percent.
             * @default 20
             */
            percent?: number;
            /**
             * Format: uint32
             * @description As many a second beside them, so that an upstream with few requests may send some again.
             * @default 10
             */
            min_per_second?: number;
        };
        /** @description What a request is sent again for. */
        RetryOn: "connect-failure" | "reset" | "timeout";
        /** @description What is to be looked at. */
        ReviewAsked: {
            /**
             * @description What changes, and why, for those who look at it. At most 4000 bytes.
             * @default
             */
            summary?: string;
            /**
             * @description The API as it shall be; as it is, published, where neither this nor `files` is given.
             * @default null
             */
            document?: unknown;
            /**
             * @description The same as resource files, with the contract that the API names. Other resources in them are not looked at.
             * @default null
             */
            files?: components["schemas"]["Bundle"] | null;
        };
        /** @description How a review ended. */
        ReviewEnd: {
            by: string;
            /** @description RFC 3339. */
            at: string;
            /** @description Why it was closed, or what the emergency was. */
            reason?: string | null;
        };
        /** @description A review in a line. */
        ReviewLine: {
            /** Format: uint64 */
            number: number;
            api: string;
            /** @description `open`, `applied` or `closed`. */
            state: string;
            summary: string;
            /** @description Who wrote the first proposal. */
            author: string;
            /** @description RFC 3339. */
            opened_at: string;
            /** @description The state the API would come to. */
            to: components["schemas"]["LifeState"];
            /** @description Who approves the present proposal. */
            approved_by: string[];
            /** @description Who wants it changed. */
            changes_requested_by: string[];
        };
        /** @description A part of a list. */
        ReviewLineList: {
            items: components["schemas"]["ReviewLine"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description A review that approves. */
        ReviewRequirement: {
            /**
             * Format: uint8
             * @description How many have to approve, 1 to 10.
             * @default 1
             */
            approvals: number;
            /** @description E-mail addresses of those whose approval counts; of everybody who may review, where there is none. */
            by?: string[];
            /** @description Whether who wrote it may be among those who approve it. */
            author_may_approve?: boolean;
        };
        /** @description A review that approves. */
        ReviewRequirementInput: {
            /**
             * Format: uint8
             * @description How many have to approve, 1 to 10.
             * @default 1
             */
            approvals?: number;
            /** @description E-mail addresses of those whose approval counts; of everybody who may review, where there is none. */
            by?: string[];
            /** @description Whether who wrote it may be among those who approve it. */
            author_may_approve?: boolean;
        };
        /** @enum {string} */
        ReviewState: "open" | "applied" | "closed";
        /**
         * @description What somebody says of a proposal.
         * @enum {string}
         */
        ReviewVerdict: "approve" | "request-changes";
        /** @description A review with everything there is to see for those who look at it. */
        ReviewView: {
            /** Format: uint64 */
            number: number;
            api: string;
            /** @description `open`, `applied` or `closed`. */
            state: string;
            summary: string;
            /** @description Who wrote the first proposal. */
            author: string;
            /** @description RFC 3339. */
            opened_at: string;
            /** @description The state the API would come to. */
            to: components["schemas"]["LifeState"];
            /** @description Who approves the present proposal. */
            approved_by: string[];
            /** @description Who wants it changed. */
            changes_requested_by: string[];
            /** @description Everybody who wrote a proposal. */
            authors: string[];
            /** @description The SHA-256 of the present proposal in hexadecimal. */
            digest: string;
            /** @description The proposal, secrets removed. */
            document: unknown;
            /** @description What differs from what is in force. */
            changes: components["schemas"]["FieldChange"][];
            /** @description What its contract changes for callers. */
            contract: components["schemas"]["ContractChanges"] | null;
            /** @description How it would stand to the standards that are about it. */
            checks: components["schemas"]["StandardStanding"][];
            findings: components["schemas"]["Finding"][];
            /** @description Whether nothing stands in the way of making it so. */
            ready: boolean;
            /** @description Whether the API was changed since the proposal was made. */
            outdated: boolean;
            /** @description Proposals, the first one first. */
            proposals: components["schemas"]["ProposalView"][];
            remarks: components["schemas"]["Remark"][];
            ended: components["schemas"]["ReviewEnd"] | null;
        };
        /** @description An earlier or the present state of a resource. */
        RevisionView: {
            /** Format: uint64 */
            revision: number;
            /**
             * Format: uint64
             * @description The snapshot that made it live.
             */
            snapshot: number;
            /** @description `null` for a deletion. */
            document: unknown;
            actor: string;
            origin: string;
            /** @description RFC 3339. */
            at: string;
        };
        /** @description A part of a list. */
        RevisionViewList: {
            items: components["schemas"]["RevisionView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What a custom role is made of. */
        RoleForm: {
            /**
             * @description What it is for.
             * @default
             */
            description?: string;
            /** @description Such as `apis:read`, `apis:write`, or `apis:write:own` for what one owns alone. */
            permissions: string[];
        };
        /** @description A role and what it may do. */
        RoleView: {
            name: string;
            description: string;
            /** @description Whether it is there from the start and stays as it is. */
            built_in: boolean;
            permissions: string[];
        };
        /** @description A part of a list. */
        RoleViewList: {
            items: components["schemas"]["RoleView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description The roles of a member. */
        RolesForm: {
            /** @description All they have from now on. */
            roles: components["schemas"]["Membership"][];
        };
        /** @description Which revision an API goes back to. */
        Rollback: {
            /** Format: uint64 */
            revision: number;
        };
        /**
         * @description How a branch grows by itself. What is compared are its requests and those of the usual upstream since the step began, of the last
         *     hour at most.
         */
        Rollout: {
            /** @description The shares it gets one after the other, percent, each larger than the one before: `[1, 5, 25, 50]`. */
            steps: number[];
            /** @description How long it has each. */
            every: components["schemas"]["Span"];
            /**
             * Format: uint64
             * @description Requests it must have had at a step before anything is decided by them.
             * @default 50
             */
            min_requests: number;
            /**
             * Format: double
             * @description It is aborted where this much more of its requests fail than of the usual upstream's, percent of all: 500 and above, no answer, an
             *     answer too late.
             * @default 1
             */
            max_errors: number;
            /**
             * Format: double
             * @description It is aborted where the time within which 99 of 100 of its answers come is this much longer than the usual upstream's, percent.
             */
            max_latency?: number | null;
            /**
             * @description What becomes of it after the last step.
             * @default promote
             */
            then: components["schemas"]["RolloutEnd"];
        };
        /** @description What becomes of a branch that has passed all steps. */
        RolloutEnd: "promote" | "stay";
        /**
         * @description How a branch grows by itself. What is compared are its requests and those of the usual upstream since the step began, of the last
         *     hour at most.
         */
        RolloutInput: {
            /** @description The shares it gets one after the other, percent, each larger than the one before: `[1, 5, 25, 50]`. */
            steps: number[];
            /** @description How long it has each. */
            every: components["schemas"]["Span"];
            /**
             * Format: uint64
             * @description Requests it must have had at a step before anything is decided by them.
             * @default 50
             */
            min_requests?: number;
            /**
             * Format: double
             * @description It is aborted where this much more of its requests fail than of the usual upstream's, percent of all: 500 and above, no answer, an
             *     answer too late.
             * @default 1
             */
            max_errors?: number;
            /**
             * Format: double
             * @description It is aborted where the time within which 99 of 100 of its answers come is this much longer than the usual upstream's, percent.
             */
            max_latency?: number | null;
            /**
             * @description What becomes of it after the last step.
             * @default promote
             */
            then?: components["schemas"]["RolloutEnd"];
        };
        /** @description How a branch stands that is rolled out by itself. */
        RolloutStanding: {
            /** @description Since when it has the share it has, as far as this process knows; RFC 3339. */
            since: string;
            /** @description What was decided of it the last time it was looked at, or what it waits for. */
            says: string;
        };
        /** @description How the secret before goes. */
        RotateForm: {
            /**
             * @description Whether the secret before works for another day.
             * @default false
             */
            keep_previous?: boolean;
        };
        /** @description A match and where it leads, beside the routes that contracts give. */
        RouteDocument: {
            /** @constant */
            kind: "route";
            name: components["schemas"]["Name"];
            /** @description Which requests it takes. */
            match: components["schemas"]["RouteMatch"];
            /** @description More matches; it takes what any of them takes. */
            also_match?: components["schemas"]["RouteMatch"][];
            /** @description The service it leads to: the name of an upstream, or one written here. */
            upstream: components["schemas"]["UpstreamSource"];
            /** @description Divides the requests among `upstream` and others. */
            split?: components["schemas"]["Split"] | null;
            /**
             * @description Takes the literal beginning of the path (all before a parameter or `*`) off before the request goes on.
             * @default false
             */
            strip_path: boolean;
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description A match and where it leads, beside the routes that contracts give. */
        RouteDocumentInput: {
            /** @constant */
            kind?: "route";
            name: components["schemas"]["Name"];
            /** @description Which requests it takes. */
            match: components["schemas"]["RouteMatch"];
            /** @description More matches; it takes what any of them takes. */
            also_match?: components["schemas"]["RouteMatch"][];
            /** @description The service it leads to: the name of an upstream, or one written here. */
            upstream: components["schemas"]["UpstreamSourceInput"];
            /** @description Divides the requests among `upstream` and others. */
            split?: components["schemas"]["SplitInput"] | null;
            /**
             * @description Takes the literal beginning of the path (all before a parameter or `*`) off before the request goes on.
             * @default false
             */
            strip_path?: boolean;
            policies?: components["schemas"]["PolicyUse"][];
        };
        /** @description A resource in a list. */
        RouteItem: {
            document: components["schemas"]["RouteDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        RouteItemList: {
            items: components["schemas"]["RouteItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Which requests a route takes; everything given must hold. */
        RouteMatch: {
            /** @description Host names, exact or with a leading wildcard such as `*.example.com`; none means any host. */
            hosts?: string[];
            /** @description `/health` exactly, `/users/{id}` with a parameter, `/files/*` with everything below. Either this or `path_regex`. */
            path?: string | null;
            /** @description A regular expression that the whole path must match: `/users/[0-9]+`. */
            path_regex?: string | null;
            /** @description Methods; none means any. */
            methods?: string[];
            /** @description Headers by name, all of which must match; of a header with several lines one must. */
            headers?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description Parameters of the query by name, decoded; of one that is repeated the first counts. */
            query?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description Cookies by name. */
            cookies?: {
                [key: string]: components["schemas"]["ValueMatch"];
            };
            /** @description A condition in CEL about `request` and `client`. */
            when?: string | null;
        };
        /** @description Whether a cookie is sent with requests that other sites cause (RFC 6265bis §5.6.7). */
        SameSite: "strict" | "lax" | "none";
        /** @description A request as code. */
        Sample: {
            /** @description `curl`, `javascript`, `typescript`, `python`, `java`, `go`, `csharp`, `rust` or `php`. */
            language: string;
            /** @description What people call it: `C#`. */
            label: string;
            code: string;
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
        /**
         * @description How endpoints are spoken to.
         * @enum {string}
         */
        Scheme: "http" | "https";
        /**
         * @description The name of a workspace, or `*` for every one.
         * @example *
         * @example default
         */
        Scope: string;
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
        /** @description The value of a secret. */
        SecretForm: {
            /**
             * Format: password
             * @description 1 byte to 64 KiB. Accepted, never returned.
             */
            value: string;
        };
        /** @description Where a secret is kept. */
        SecretPlace: "store" | "environment" | "file" | "vault";
        /** @description What is known of a secret beside its value. */
        SecretView: {
            /** @description `secret://NAME` names it in documents. */
            name: string;
            /**
             * Format: uint64
             * @description Rises by one with every new value, from 1.
             */
            version: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description When it got its value, RFC 3339. */
            updated_at: string;
            /** @description What names it: `api/orders@v1`. */
            used_by: string[];
        };
        /** @description A part of a list. */
        SecretViewList: {
            items: components["schemas"]["SecretView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
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
            /** @description The workspaces in which they may do something, by name; absent for a developer. */
            workspaces?: components["schemas"]["SeenWorkspace"][] | null;
            /** @description For the header `x-csrf-token` of every unsafe request; absent for a bearer token, which needs none. */
            csrf?: string | null;
        };
        /** @enum {string} */
        Severity: "error" | "warning" | "note";
        /** @description An operation that the contract does not have. */
        Shadow: {
            method: string;
            /** @description The template, below the base path. */
            path: string;
            calls: components["schemas"]["Span2"];
            /** @description Statuses that a service answered with; none where the gateway refused. */
            statuses: number[];
            /** @description An operation object of OpenAPI that has what was seen. */
            operation: unknown;
        };
        /** @description What proves who signs in: e-mail address and password of a member, a passkey of theirs, or one of the others. */
        SignIn: {
            /**
             * @description The admin token.
             * @default null
             */
            token?: string | null;
            /**
             * @description The secret of a one-time link: what stands after `#`.
             * @default null
             */
            link?: string | null;
            /** @default null */
            email?: string | null;
            /**
             * Format: password
             * @default null
             */
            password?: string | null;
            /**
             * @description Of the authenticator app, or a recovery code, where the member has a second factor: `code_needed` of the refusal says so.
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
        /** @description Sessions that ended before their time. Who it was, nobody learns from it. */
        SignOut: {
            /** @description A hash of the provider, the client and the session, or the person. */
            mark: components["schemas"]["KeyHash"];
            /**
             * Format: uint64
             * @description Those end that began before this; milliseconds since 1970.
             */
            before: number;
            /**
             * Format: uint64
             * @description When none of them would last any more, so that this can be forgotten; milliseconds since 1970.
             */
            until: number;
        };
        /** @description Sessions that identity providers ended by way of a gateway. */
        SignOuts: {
            sign_outs: components["schemas"]["SignOut"][];
        };
        /** @description What is left to do after signing out. */
        SignedOut: {
            /** @description Where the browser signs out at the identity provider by which it signed in, too. */
            location?: string | null;
        };
        /** @description What becomes of the tokens of the key before. */
        SigningKeyForm: {
            /**
             * @description Whether every token that was signed is good no more: for a key that somebody else may have.
             * @default false
             */
            discard?: boolean;
        };
        /** @description The keys after it. */
        SigningKeys: {
            issuer: string;
            /** @description Ids of the keys that are published; the first signs. */
            keys: string[];
        };
        /** @description A length of time, such as `30s` or `1h`. */
        Span: string;
        /** @description How often something was seen, and when first and last. */
        Span2: {
            /** Format: uint64 */
            count: number;
            /**
             * Format: uint64
             * @description Milliseconds since 1970.
             */
            first: number;
            /** Format: uint64 */
            last: number;
        };
        /** @description Requests divided among several upstreams: a canary beside the usual one, or several versions to compare. */
        Split: {
            /**
             * @description What keeps a caller at the branch it once got. The first of these that a request has counts; a request with none of them gets a
             *     branch by chance each time. As the weight of a branch grows, callers move to it, and none away from it.
             */
            sticky?: components["schemas"]["HashOn"][];
            /** @description Where requests go other than to `upstream`; what these leave goes there. */
            branches: components["schemas"]["Branch"][];
        };
        /** @description What is done with a branch. */
        SplitAction: "promote" | "abort" | "weight";
        /** @description What becomes of a branch of a split. */
        SplitChange: {
            /** @description The branch, such as `canary`. */
            branch: string;
            action: components["schemas"]["SplitAction"];
            /**
             * Format: double
             * @description With `weight`: its new share, percent.
             * @default null
             */
            weight?: number | null;
        };
        /** @description The branches of a split, and how they did at all gateways. */
        SplitConduct: {
            /**
             * Format: uint64
             * @description Seconds that the counts are of.
             */
            seconds: number;
            /** @description As the split lists them; what they leave, `(usual)`, at the end. */
            branches: components["schemas"]["BranchConduct"][];
        };
        /** @description Requests divided among several upstreams: a canary beside the usual one, or several versions to compare. */
        SplitInput: {
            /**
             * @description What keeps a caller at the branch it once got. The first of these that a request has counts; a request with none of them gets a
             *     branch by chance each time. As the weight of a branch grows, callers move to it, and none away from it.
             */
            sticky?: components["schemas"]["HashOnInput"][];
            /** @description Where requests go other than to `upstream`; what these leave goes there. */
            branches: components["schemas"]["BranchInput"][];
        };
        /** @description The split of an API or route. */
        SplitView: {
            /** @description `api` or `route`. */
            kind: components["schemas"]["Kind"];
            id: string;
            title?: string | null;
            /** @description Where requests go that no branch takes. */
            upstream?: components["schemas"]["UpstreamSource"] | null;
            split: components["schemas"]["Split"];
            /** @description As the split lists them; what they leave, `(usual)`, at the end. */
            branches: components["schemas"]["BranchConduct"][];
        };
        /** @description Every split. */
        Splits: {
            /**
             * Format: uint64
             * @description Seconds that the counts are of.
             */
            seconds: number;
            /** @description APIs first, 1000 at most. */
            items: components["schemas"]["SplitView"][];
        };
        /**
         * @description The version of HTTP a client speaks.
         * @enum {string}
         */
        Spoken: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2" | "HTTP/3";
        /** @description Where in an exchange a policy runs. Users list policies in any order; the chain sorts by stage, then by position. */
        Stage: "reply" | "edge" | "authenticate" | "authorize" | "limit" | "validate" | "transform" | "cache";
        /** @description What is asked of APIs, such as those that are published. A change of an API that does not meet it is refused, or told. */
        StandardDocument: {
            /** @constant */
            kind: "standard";
            name: components["schemas"]["Name"];
            /** @description What it is for, and whom to ask. */
            description?: string | null;
            /**
             * @description Which APIs it is about; all that are published or deprecated, where absent.
             * @default {
             *       "states": [
             *         "prerelease",
             *         "published",
             *         "deprecated"
             *       ]
             *     }
             */
            applies_to: components["schemas"]["StandardScope"];
            /**
             * @description What becomes of a change that does not meet it.
             * @default refuse
             */
            enforcement: components["schemas"]["Enforcement"];
            /** @description What is asked. It says at least one thing. */
            require: components["schemas"]["Requirements"];
        };
        /** @description What is asked of APIs, such as those that are published. A change of an API that does not meet it is refused, or told. */
        StandardDocumentInput: {
            /** @constant */
            kind?: "standard";
            name: components["schemas"]["Name"];
            /** @description What it is for, and whom to ask. */
            description?: string | null;
            /**
             * @description Which APIs it is about; all that are published or deprecated, where absent.
             * @default {
             *       "states": [
             *         "prerelease",
             *         "published",
             *         "deprecated"
             *       ]
             *     }
             */
            applies_to?: components["schemas"]["StandardScopeInput"];
            /**
             * @description What becomes of a change that does not meet it.
             * @default refuse
             */
            enforcement?: components["schemas"]["Enforcement"];
            /** @description What is asked. It says at least one thing. */
            require: components["schemas"]["RequirementsInput"];
        };
        /** @description A resource in a list. */
        StandardItem: {
            document: components["schemas"]["StandardDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        StandardItemList: {
            items: components["schemas"]["StandardItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description Which APIs a standard is about: those that all of it holds for. */
        StandardScope: {
            /**
             * @description APIs in one of these states.
             * @default [
             *       "prerelease",
             *       "published",
             *       "deprecated"
             *     ]
             */
            states: components["schemas"]["LifeState"][];
            /** @description Of the workspace `default` alone: names of workspaces whose APIs it is about, `*` for every one. Of its own workspace, where there is none. */
            workspaces?: string[];
            /** @description APIs with one of these tags; any, where there is none. */
            tags?: string[];
            /** @description APIs that these people find in the portal. */
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description Which APIs a standard is about: those that all of it holds for. */
        StandardScopeInput: {
            /**
             * @description APIs in one of these states.
             * @default [
             *       "prerelease",
             *       "published",
             *       "deprecated"
             *     ]
             */
            states?: components["schemas"]["LifeState"][];
            /** @description Of the workspace `default` alone: names of workspaces whose APIs it is about, `*` for every one. Of its own workspace, where there is none. */
            workspaces?: string[];
            /** @description APIs with one of these tags; any, where there is none. */
            tags?: string[];
            /** @description APIs that these people find in the portal. */
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description How an API stands to a standard that is about it. */
        StandardStanding: {
            /** @description The API, such as `orders@v1`. */
            api: string;
            owner: string | null;
            standard: string;
            /** @description Whether a change of the API that does not meet it is refused. */
            enforced: boolean;
            /** @description What is asked, in a fixed order. */
            requirements: components["schemas"]["RequirementStanding"][];
            /**
             * Format: uint8
             * @description The share that is met, 0 to 100; what is waived counts as not met.
             */
            score: number;
        };
        /** @description A part of a list. */
        StandardStandingList: {
            items: components["schemas"]["StandardStanding"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What changed, when and why. */
        StandingChange: {
            /**
             * Format: uint64
             * @description Milliseconds since 1970.
             */
            at: number;
            what: string;
        };
        /** @description How upstreams stand. */
        Standings: {
            /** @description By name, 1000 at most. None where this process has no gateway. */
            items: components["schemas"]["UpstreamStanding"][];
        };
        /** @description How analytics itself is doing. Counts go on over restarts where there is a database. */
        Status: {
            /**
             * Format: uint64
             * @description Calls counted.
             */
            recorded: number;
            /**
             * Format: uint64
             * @description Calls that found their worker's ring full, and are in no number.
             */
            dropped: number;
            /**
             * Format: uint64
             * @description Calls in the call log (since the begin, retention aside).
             */
            logged: number;
            /**
             * Format: uint64
             * @description Calls counted but not in the call log: its budget was used up.
             */
            not_logged: number;
            /**
             * Format: uint64
             * @description Calls whose row was one too many and that count as `(other)`.
             */
            other: number;
            /**
             * Format: uint64
             * @description Calls whose usage row was one too many: they count as caller `(other)`.
             */
            unmetered: number;
            /**
             * Format: uint64
             * @description Calls given up in memory because the database could not be written.
             */
            lost: number;
            /**
             * Format: uint64
             * @description Logged calls given up for the same reason.
             */
            lost_calls: number;
            /** @description Whether there is a database. */
            durable: boolean;
            /** @description Why the last write failed, where it did: analytics goes on in memory. */
            error: string | null;
            /**
             * Format: uint64
             * @description When the last write succeeded, milliseconds since 1970.
             */
            flushed_at: number | null;
            /**
             * Format: uint64
             * @description Different series known.
             */
            series: number;
            /**
             * Format: uint64
             * @description Rows of the call log now.
             */
            calls_kept: number;
        };
        /** @description What is configured. */
        StoreStatus: {
            /**
             * Format: uint64
             * @description The number of the latest snapshot; the gateway's follows it.
             */
            snapshot: number;
            /** @description How many resources there are of each kind. */
            resources: components["schemas"]["KindCount"][];
            /**
             * @description Stored resources that could not be resolved, and why; they are not in effect. Where files they name were good before and
             *     are not now, what those said stays in effect.
             */
            unresolved: components["schemas"]["Finding"][];
        };
        /** @description The room for stored responses, and what came of requests that could have been answered from it. */
        StoredResponses: {
            /**
             * Format: uint64
             * @description Keys with something stored.
             */
            keys: number;
            /**
             * Format: uint64
             * @description What they take of memory, bytes.
             */
            memory: number;
            /**
             * Format: uint64
             * @description Keys that went from memory because room was short, since the start.
             */
            evicted: number;
            /**
             * Format: uint64
             * @description Keys with something stored on disk; what is in memory is there, too.
             */
            disk_keys: number;
            /**
             * Format: uint64
             * @description What they take of the disk, bytes.
             */
            disk: number;
            /**
             * Format: uint64
             * @description Keys that went from disk because room was short, since the start.
             */
            disk_evicted: number;
            /** @description Requests since the start by what came of them: `hit`, `stale`, `renewed`, `miss`, `bypass`. */
            requests: {
                [key: string]: number;
            };
        };
        /** @description An app's right to a product under a plan. */
        SubscriptionDocument: {
            /** @constant */
            kind: "subscription";
            name: components["schemas"]["Name"];
            app: components["schemas"]["Name"];
            product: components["schemas"]["Name"];
            plan: components["schemas"]["Name"];
            /** @default active */
            state: components["schemas"]["SubscriptionState"];
            /** @description What the developer, or the person who decided, said. */
            reason?: string | null;
            /** @description When it ends (RFC 3339); never, where absent. */
            expires_at?: string | null;
            /** @description The terms of the plan that the developer agreed to. */
            terms?: components["schemas"]["AgreedTerms"] | null;
            /** @description Another plan that the developer asked for, until somebody decides; calls go on under the present one. */
            change?: components["schemas"]["PlanChange"] | null;
        };
        /** @description An app's right to a product under a plan. */
        SubscriptionDocumentInput: {
            /** @constant */
            kind?: "subscription";
            name: components["schemas"]["Name"];
            app: components["schemas"]["Name"];
            product: components["schemas"]["Name"];
            plan: components["schemas"]["Name"];
            /** @default active */
            state?: components["schemas"]["SubscriptionState"];
            /** @description What the developer, or the person who decided, said. */
            reason?: string | null;
            /** @description When it ends (RFC 3339); never, where absent. */
            expires_at?: string | null;
            /** @description The terms of the plan that the developer agreed to. */
            terms?: components["schemas"]["AgreedTerms"] | null;
            /** @description Another plan that the developer asked for, until somebody decides; calls go on under the present one. */
            change?: components["schemas"]["PlanChange"] | null;
        };
        /** @description A resource in a list. */
        SubscriptionItem: {
            document: components["schemas"]["SubscriptionDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        SubscriptionItemList: {
            items: components["schemas"]["SubscriptionItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        SubscriptionState: "pending" | "active" | "suspended" | "rejected" | "expired";
        /** @description This process, its gateway and its store. */
        System: {
            version: string;
            /** @description `all` or `control`. */
            role: string;
            /** @description Whether its cryptography is that of a FIPS 140-3 module. */
            fips: boolean;
            /** @description RFC 3339. */
            started_at: string;
            /** @description In another workspace than `default` without what all have in common: certificates, connections, stored responses. */
            gateway: components["schemas"]["GatewayStatus"];
            /** @description Gateways of other processes that told something within an hour; none in another workspace than `default`. */
            gateways: components["schemas"]["GatewaySeen"][];
            /** @description Certificates that authorities are asked for by ACME. */
            acme: components["schemas"]["ObtainedStatus"][];
            /** @description Absent in another workspace than `default`. */
            analytics?: components["schemas"]["Status"] | null;
            store: components["schemas"]["StoreStatus"];
            /** @description How callers reach the gateway. */
            gateway_url: string;
        };
        /** @description What came of holding a service against a contract (`pailou test`). */
        TestReport: {
            /** @description The SHA-256 of the contract's text in hexadecimal. */
            contract: string;
            /** @description Where the service answered. */
            url: string;
            /**
             * Format: uint64
             * @description Cases that were sent.
             */
            sent: number;
            /**
             * Format: uint64
             * @description Cases whose answers were not as promised.
             */
            failed: number;
            /**
             * Format: uint64
             * @description Cases that could not be sent.
             */
            unsent: number;
            /**
             * Format: uint64
             * @description Operations of the contract.
             */
            operations: number;
            /**
             * Format: uint64
             * @description Operations that were called.
             */
            called: number;
        };
        /** @description A recorded test. */
        TestReportView: {
            /** Format: uint64 */
            number: number;
            by: string;
            /** @description RFC 3339. */
            at: string;
            passed: boolean;
            report: components["schemas"]["TestReport"];
        };
        /** @description A test of the service behind an API against the contract it has. */
        TestRequirement: {
            /** @description How old the last test may be, such as `7d`; of any age, where absent. */
            within?: components["schemas"]["Span"] | null;
        };
        /** @description A moment: milliseconds since 1970, or RFC 3339. */
        Time: number | string;
        /** @description Deadlines toward an upstream. */
        Timeouts: {
            /**
             * @description For a connection to stand, TLS included.
             * @default 5s
             */
            connect: components["schemas"]["Span"];
            /**
             * @description Between two pieces of the response, its head included.
             * @default 30s
             */
            read: components["schemas"]["Span"];
            /**
             * @description From the first byte sent to the response's head. A response that streams may take longer.
             * @default 1m
             */
            total: components["schemas"]["Span"];
        };
        /** @description Deadlines toward an upstream. */
        TimeoutsInput: {
            /**
             * @description For a connection to stand, TLS included.
             * @default 5s
             */
            connect?: components["schemas"]["Span"];
            /**
             * @description Between two pieces of the response, its head included.
             * @default 30s
             */
            read?: components["schemas"]["Span"];
            /**
             * @description From the first byte sent to the response's head. A response that streams may take longer.
             * @default 1m
             */
            total?: components["schemas"]["Span"];
        };
        /** @description A version of TLS. */
        TlsVersion: "1.2" | "1.3";
        /** @description A service token to be made. */
        TokenForm: {
            /** @description What it is known by in the audit log. */
            name: components["schemas"]["Name"];
            /**
             * @description Where it may anything.
             * @default default
             */
            workspace?: components["schemas"]["Scope"];
            /**
             * @description Roles, whose permissions it has as they are at the moment it is used.
             * @default []
             */
            roles?: components["schemas"]["Name"][];
            /**
             * @description Permissions beside those of the roles, such as `apis:read`.
             * @default []
             */
            permissions?: string[];
            /**
             * @description How long it lasts; 90 days, where absent.
             * @default null
             */
            expires_in?: components["schemas"]["Span"] | null;
        };
        /** @description A service token, without itself. */
        TokenView: {
            name: string;
            /** @description The first characters, to recognize it by. */
            hint: string;
            workspace: components["schemas"]["Scope"];
            roles: string[];
            permissions: string[];
            created_by: string;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            expires_at: string;
            expired: boolean;
            /** @description To some minutes, RFC 3339; absent where it never was. */
            last_used_at?: string | null;
        };
        /** @description A part of a list. */
        TokenViewList: {
            items: components["schemas"]["TokenView"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
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
        /** @description A part of a list. */
        TopRowList: {
            items: components["schemas"]["TopRow"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
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
        /** @description A call to try against a contract in the making. */
        TryAsked: {
            source: components["schemas"]["Written"];
            method: string;
            /** @description The path below where the API will answer, with its query. */
            path: string;
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** @default null */
            body?: string | null;
        };
        /** @description What is let in again. */
        UnblockAnswer: {
            unblocked: components["schemas"]["BlockDocument"][];
        };
        /** @description A named pool of endpoints with its balancing and deadlines. */
        Upstream: {
            /** @description The name routes refer to; absent where the upstream is written inside an API or route. */
            name?: components["schemas"]["Name"] | null;
            /**
             * @description The addresses of the service.
             * @default []
             */
            endpoints: components["schemas"]["Endpoint"][];
            /** @description Where more of them are found. */
            discovery?: components["schemas"]["Discovery"] | null;
            /**
             * @description How one endpoint is chosen for a request.
             * @default round-robin
             */
            balance: components["schemas"]["Balance"];
            /**
             * @description With `consistent-hash`: what of a request says which endpoint it goes to. The first of these that the request has counts; a
             *     request with none of them goes to any endpoint.
             */
            hash_on?: components["schemas"]["HashOn"][];
            /**
             * @description Deadlines toward this upstream.
             * @default {
             *       "connect": "5s",
             *       "read": "30s",
             *       "total": "1m"
             *     }
             */
            timeouts: components["schemas"]["Timeouts"];
            /** @description What is spoken with the endpoints. */
            protocol?: components["schemas"]["Protocol"];
            /**
             * @description When a request is sent again. Without it, a request is sent to another endpoint where no connection could be made, and once
             *     more where a connection that was kept turns out closed.
             */
            retries?: components["schemas"]["Retries"] | null;
            /** @description When a request is sent twice, for whichever answer comes first. */
            hedge?: components["schemas"]["Hedge"] | null;
            /** @description How much is asked at one time. */
            limits?: components["schemas"]["UpstreamLimits"] | null;
            /** @description How it is known which endpoints are well. */
            health_checks?: components["schemas"]["HealthChecks"] | null;
            /** @description Leaves alone for a while what fails. */
            circuit_breaker?: components["schemas"]["CircuitBreakers"] | null;
            /** @description TLS toward endpoints with `https://`. */
            tls?: components["schemas"]["UpstreamTls"] | null;
            /**
             * @description How long an endpoint that is new, or well again, takes to get its whole share: it begins with a tenth. By a hash it gets all
             *     that is its own at once.
             */
            slow_start?: components["schemas"]["Span"] | null;
            /**
             * @description Sends the client's `Host` to the upstream instead of the endpoint's own.
             * @default false
             */
            preserve_host: boolean;
        };
        /** @description A named pool of endpoints with its balancing and deadlines. */
        UpstreamDocument: {
            /** @constant */
            kind: "upstream";
            /** @description The name routes refer to; absent where the upstream is written inside an API or route. */
            name?: components["schemas"]["Name"] | null;
            /**
             * @description The addresses of the service.
             * @default []
             */
            endpoints: components["schemas"]["Endpoint"][];
            /** @description Where more of them are found. */
            discovery?: components["schemas"]["Discovery"] | null;
            /**
             * @description How one endpoint is chosen for a request.
             * @default round-robin
             */
            balance: components["schemas"]["Balance"];
            /**
             * @description With `consistent-hash`: what of a request says which endpoint it goes to. The first of these that the request has counts; a
             *     request with none of them goes to any endpoint.
             */
            hash_on?: components["schemas"]["HashOn"][];
            /**
             * @description Deadlines toward this upstream.
             * @default {
             *       "connect": "5s",
             *       "read": "30s",
             *       "total": "1m"
             *     }
             */
            timeouts: components["schemas"]["Timeouts"];
            /** @description What is spoken with the endpoints. */
            protocol?: components["schemas"]["Protocol"];
            /**
             * @description When a request is sent again. Without it, a request is sent to another endpoint where no connection could be made, and once
             *     more where a connection that was kept turns out closed.
             */
            retries?: components["schemas"]["Retries"] | null;
            /** @description When a request is sent twice, for whichever answer comes first. */
            hedge?: components["schemas"]["Hedge"] | null;
            /** @description How much is asked at one time. */
            limits?: components["schemas"]["UpstreamLimits"] | null;
            /** @description How it is known which endpoints are well. */
            health_checks?: components["schemas"]["HealthChecks"] | null;
            /** @description Leaves alone for a while what fails. */
            circuit_breaker?: components["schemas"]["CircuitBreakers"] | null;
            /** @description TLS toward endpoints with `https://`. */
            tls?: components["schemas"]["UpstreamTls"] | null;
            /**
             * @description How long an endpoint that is new, or well again, takes to get its whole share: it begins with a tenth. By a hash it gets all
             *     that is its own at once.
             */
            slow_start?: components["schemas"]["Span"] | null;
            /**
             * @description Sends the client's `Host` to the upstream instead of the endpoint's own.
             * @default false
             */
            preserve_host: boolean;
        };
        /** @description A named pool of endpoints with its balancing and deadlines. */
        UpstreamDocumentInput: {
            /** @constant */
            kind?: "upstream";
            /** @description The name routes refer to; absent where the upstream is written inside an API or route. */
            name?: components["schemas"]["Name"] | null;
            /**
             * @description The addresses of the service.
             * @default []
             */
            endpoints?: components["schemas"]["Endpoint"][];
            /** @description Where more of them are found. */
            discovery?: components["schemas"]["DiscoveryInput"] | null;
            /**
             * @description How one endpoint is chosen for a request.
             * @default round-robin
             */
            balance?: components["schemas"]["Balance"];
            /**
             * @description With `consistent-hash`: what of a request says which endpoint it goes to. The first of these that the request has counts; a
             *     request with none of them goes to any endpoint.
             */
            hash_on?: components["schemas"]["HashOnInput"][];
            /**
             * @description Deadlines toward this upstream.
             * @default {
             *       "connect": "5s",
             *       "read": "30s",
             *       "total": "1m"
             *     }
             */
            timeouts?: components["schemas"]["TimeoutsInput"];
            /** @description What is spoken with the endpoints. */
            protocol?: components["schemas"]["Protocol"];
            /**
             * @description When a request is sent again. Without it, a request is sent to another endpoint where no connection could be made, and once
             *     more where a connection that was kept turns out closed.
             */
            retries?: components["schemas"]["RetriesInput"] | null;
            /** @description When a request is sent twice, for whichever answer comes first. */
            hedge?: components["schemas"]["HedgeInput"] | null;
            /** @description How much is asked at one time. */
            limits?: components["schemas"]["UpstreamLimitsInput"] | null;
            /** @description How it is known which endpoints are well. */
            health_checks?: components["schemas"]["HealthChecksInput"] | null;
            /** @description Leaves alone for a while what fails. */
            circuit_breaker?: components["schemas"]["CircuitBreakersInput"] | null;
            /** @description TLS toward endpoints with `https://`. */
            tls?: components["schemas"]["UpstreamTlsInput"] | null;
            /**
             * @description How long an endpoint that is new, or well again, takes to get its whole share: it begins with a tenth. By a hash it gets all
             *     that is its own at once.
             */
            slow_start?: components["schemas"]["Span"] | null;
            /**
             * @description Sends the client's `Host` to the upstream instead of the endpoint's own.
             * @default false
             */
            preserve_host?: boolean;
        };
        /** @description A named pool of endpoints with its balancing and deadlines. */
        UpstreamInput: {
            /** @description The name routes refer to; absent where the upstream is written inside an API or route. */
            name?: components["schemas"]["Name"] | null;
            /**
             * @description The addresses of the service.
             * @default []
             */
            endpoints?: components["schemas"]["Endpoint"][];
            /** @description Where more of them are found. */
            discovery?: components["schemas"]["DiscoveryInput"] | null;
            /**
             * @description How one endpoint is chosen for a request.
             * @default round-robin
             */
            balance?: components["schemas"]["Balance"];
            /**
             * @description With `consistent-hash`: what of a request says which endpoint it goes to. The first of these that the request has counts; a
             *     request with none of them goes to any endpoint.
             */
            hash_on?: components["schemas"]["HashOnInput"][];
            /**
             * @description Deadlines toward this upstream.
             * @default {
             *       "connect": "5s",
             *       "read": "30s",
             *       "total": "1m"
             *     }
             */
            timeouts?: components["schemas"]["TimeoutsInput"];
            /** @description What is spoken with the endpoints. */
            protocol?: components["schemas"]["Protocol"];
            /**
             * @description When a request is sent again. Without it, a request is sent to another endpoint where no connection could be made, and once
             *     more where a connection that was kept turns out closed.
             */
            retries?: components["schemas"]["RetriesInput"] | null;
            /** @description When a request is sent twice, for whichever answer comes first. */
            hedge?: components["schemas"]["HedgeInput"] | null;
            /** @description How much is asked at one time. */
            limits?: components["schemas"]["UpstreamLimitsInput"] | null;
            /** @description How it is known which endpoints are well. */
            health_checks?: components["schemas"]["HealthChecksInput"] | null;
            /** @description Leaves alone for a while what fails. */
            circuit_breaker?: components["schemas"]["CircuitBreakersInput"] | null;
            /** @description TLS toward endpoints with `https://`. */
            tls?: components["schemas"]["UpstreamTlsInput"] | null;
            /**
             * @description How long an endpoint that is new, or well again, takes to get its whole share: it begins with a tenth. By a hash it gets all
             *     that is its own at once.
             */
            slow_start?: components["schemas"]["Span"] | null;
            /**
             * @description Sends the client's `Host` to the upstream instead of the endpoint's own.
             * @default false
             */
            preserve_host?: boolean;
        };
        /** @description A resource in a list. */
        UpstreamItem: {
            document: components["schemas"]["UpstreamDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        UpstreamItemList: {
            items: components["schemas"]["UpstreamItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description How much an upstream is asked at one time. What is over waits, for a while and in a line of bounded length. */
        UpstreamLimits: {
            /**
             * Format: uint32
             * @description Requests under way at one time; each gateway counts its own.
             */
            max_requests?: number | null;
            /**
             * Format: uint32
             * @description Connections at one time, idle ones too.
             */
            max_connections?: number | null;
            /**
             * Format: uint32
             * @description Requests that wait for their turn at one time; one more is refused with 503. 0 lets none wait.
             * @default 1024
             */
            max_pending: number;
            /**
             * @description How long a request waits for its turn; then it is refused with 503.
             * @default 1s
             */
            pending_timeout: components["schemas"]["Span"];
            /**
             * @description The same for each endpoint.
             * @default {}
             */
            endpoint: components["schemas"]["EndpointLimits"];
        };
        /** @description How much an upstream is asked at one time. What is over waits, for a while and in a line of bounded length. */
        UpstreamLimitsInput: {
            /**
             * Format: uint32
             * @description Requests under way at one time; each gateway counts its own.
             */
            max_requests?: number | null;
            /**
             * Format: uint32
             * @description Connections at one time, idle ones too.
             */
            max_connections?: number | null;
            /**
             * Format: uint32
             * @description Requests that wait for their turn at one time; one more is refused with 503. 0 lets none wait.
             * @default 1024
             */
            max_pending?: number;
            /**
             * @description How long a request waits for its turn; then it is refused with 503.
             * @default 1s
             */
            pending_timeout?: components["schemas"]["Span"];
            /**
             * @description The same for each endpoint.
             * @default {}
             */
            endpoint?: components["schemas"]["EndpointLimits"];
        };
        /** @description The name of an upstream, or one written in place. */
        UpstreamSource: components["schemas"]["Name"] | components["schemas"]["Upstream"];
        /** @description The name of an upstream, or one written in place. */
        UpstreamSourceInput: components["schemas"]["Name"] | components["schemas"]["UpstreamInput"];
        /** @description How an upstream stands at a gateway. */
        UpstreamStanding: {
            /** @description `upstream/orders`; of an upstream that is written inside an API or route the key of that: `api/orders@v1`. */
            upstream: string;
            endpoints: components["schemas"]["EndpointStanding"][];
            /** @description In which zone the gateway is; endpoints there go first. */
            zone?: string | null;
            /**
             * Format: uint32
             * @description Requests under way, where `limits.max_requests` bounds them.
             */
            requests?: number | null;
            /**
             * Format: uint32
             * @description Connections open, where `limits` bounds them.
             */
            connections?: number | null;
            /**
             * Format: uint32
             * @description Requests that wait for their turn.
             */
            pending: number;
            /** @description The breaker of the upstream as a whole. */
            breaker?: components["schemas"]["BreakerState"] | null;
            /**
             * Format: uint64
             * @description Since the start: requests sent again.
             */
            retries: number;
            /**
             * Format: uint64
             * @description Since the start: requests not sent again because the budget was used up.
             */
            over_budget: number;
            /**
             * Format: uint64
             * @description Since the start: requests sent beside one that was slow.
             * @default 0
             */
            hedges: number;
            /**
             * Format: uint64
             * @description Since the start: of these, those whose answer came first.
             * @default 0
             */
            hedges_won: number;
            /**
             * Format: uint64
             * @description Since the start: requests refused because too many waited, or they waited too long.
             */
            overloaded: number;
            /**
             * Format: uint64
             * @description Since the start: requests refused by the breaker.
             */
            broken: number;
            /** @description What changed lately, the oldest first. */
            history: components["schemas"]["StandingChange"][];
        };
        /** @description TLS toward an upstream, for its endpoints with `https://`. */
        UpstreamTls: {
            /**
             * @description PEM file with the certificates that are trusted to vouch for the upstream's; by default those the system trusts. It is
             *     read again whenever it changes.
             */
            ca_file?: string | null;
            /** @description PEM file with the certificate the upstream is shown, and its chain. */
            cert_file?: string | null;
            /** @description PEM file with the private key of that certificate. */
            key_file?: string | null;
            /** @description The name the upstream is asked for (SNI) and its certificate must be for; by default the endpoint's host. */
            server_name?: string | null;
            /**
             * @description Whether the upstream's certificate is checked. Without it anybody on the way can read and change everything.
             * @default true
             */
            verify: boolean;
            /**
             * @description The lowest version that is spoken.
             * @default 1.2
             */
            min_version: components["schemas"]["TlsVersion"];
        };
        /** @description TLS toward an upstream, for its endpoints with `https://`. */
        UpstreamTlsInput: {
            /**
             * @description PEM file with the certificates that are trusted to vouch for the upstream's; by default those the system trusts. It is
             *     read again whenever it changes.
             */
            ca_file?: string | null;
            /** @description PEM file with the certificate the upstream is shown, and its chain. */
            cert_file?: string | null;
            /** @description PEM file with the private key of that certificate. */
            key_file?: string | null;
            /** @description The name the upstream is asked for (SNI) and its certificate must be for; by default the endpoint's host. */
            server_name?: string | null;
            /**
             * @description Whether the upstream's certificate is checked. Without it anybody on the way can read and change everything.
             * @default true
             */
            verify?: boolean;
            /**
             * @description The lowest version that is spoken.
             * @default 1.2
             */
            min_version?: components["schemas"]["TlsVersion"];
        };
        /** @description Usage of whole hours (UTC). Exact: counted apart from the rollups, and never sampled. */
        Usage: {
            /**
             * Format: uint64
             * @description Whole hours, milliseconds since 1970.
             */
            from: number;
            /** Format: uint64 */
            to: number;
            /**
             * Format: uint64
             * @description An hour up to three days, else a day (UTC).
             */
            step_ms: number;
            /** @description One for every step. */
            points: components["schemas"]["UsagePoint"][];
            /** @description By caller, subscription, plan and service, the most calls first. */
            rows: components["schemas"]["UsageRow"][];
            /** Format: uint64 */
            calls: number;
            /** Format: uint64 */
            refused: number;
            /** Format: uint64 */
            failed: number;
            /** Format: uint64 */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description One step of `Usage`. */
        UsagePoint: {
            /**
             * Format: uint64
             * @description Its begin, milliseconds since 1970.
             */
            at: number;
            /**
             * Format: uint64
             * @description All calls.
             */
            calls: number;
            /**
             * Format: uint64
             * @description Of these, refused by the gateway (a problem): not to be billed.
             */
            refused: number;
            /**
             * Format: uint64
             * @description Of these, failed by the upstream's or the gateway's fault.
             */
            failed: number;
            /** Format: uint64 */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description Who used what. */
        UsageRow: {
            caller: string | null;
            subscription: string | null;
            plan: string | null;
            /** @description `api/orders@v1`. */
            service: string | null;
            /** @description The API's id, where it is one. */
            api: string | null;
            /** Format: uint64 */
            calls: number;
            /** Format: uint64 */
            refused: number;
            /** Format: uint64 */
            failed: number;
            /** Format: uint64 */
            bytes_in: number;
            /** Format: uint64 */
            bytes_out: number;
        };
        /** @description Whom a change is about. */
        UsedBy: {
            /** @description Those who use it, the most calls first; 20 at most. */
            callers: components["schemas"]["UsedByCaller"][];
            /**
             * Format: uint
             * @description How many more there are.
             */
            more: number;
            /** @description Whether exchanges were looked into, so that only those are named who sent or received the very part. */
            observed: boolean;
        };
        /** @description One who uses what a change is about. */
        UsedByCaller: {
            /** @description `app/shop`, `consumer/ada`; empty for whoever was not recognized. */
            caller: string;
            /**
             * Format: uint64
             * @description Calls of the operation.
             */
            calls: number;
            /**
             * Format: uint64
             * @description Of the exchanges that were looked into, those with the part.
             */
            parts: number | null;
        };
        /** @description A person. */
        User: {
            /** @description What to call them. */
            name: string;
            /** @description For a member and a developer, what they sign in with. */
            email?: string | null;
            kind: components["schemas"]["Who"];
        };
        /** @description Who uses the operations of an API. */
        Uses: {
            /**
             * Format: uint64
             * @description Since when calls are counted, milliseconds since 1970.
             */
            since: number;
            /** @description By `METHOD /path`, as the contract has it. */
            operations: {
                [key: string]: components["schemas"]["OperationUses"];
            };
        };
        /** @description What a check found. */
        Validation: {
            /** @description Whether there is no error among the findings. */
            valid: boolean;
            findings: components["schemas"]["Finding"][];
        };
        /** @description What a value must be: exactly a text, a regular expression for the whole of it, or there at all. */
        ValueMatch: string | {
            regex: string;
        } | {
            present: boolean;
        };
        /** @description Where a request says which version it is for, and which of them this one is. All versions at one path say it in the same places. */
        VersionMatch: {
            /** @description The header that names it, such as `api-version`. */
            header?: string | null;
            /** @description The parameter of the query that names it, such as `version`. */
            query?: string | null;
            /**
             * @description The media type that names it, in `Accept` or else in `Content-Type`: `application/vnd.shop.{version}+json`, or with a parameter,
             *     `application/json; version={version}`.
             */
            media_type?: string | null;
            /** @description What a request for this version says; by default the version of the API. */
            value?: string | null;
            /** @description Versions are days, such as `2026-03-10`: a request that says another day is for the nearest version that is not after it. */
            dates?: boolean;
            /** @description Takes requests that say no version, too. */
            default?: boolean;
        };
        /** @description What of a contract to show. */
        ViewAsked: {
            source: components["schemas"]["Written"];
            /**
             * @description An operation, by its id.
             * @default null
             */
            operation?: string | null;
            /**
             * @description A schema, by its name.
             * @default null
             */
            schema?: string | null;
        };
        /** @description Who finds an API or product in the portal. */
        Visibility: "public" | "private";
        /** @description Lets one API do without something that a standard asks, for a while. */
        WaiverDocument: {
            /** @constant */
            kind: "waiver";
            name: components["schemas"]["Name"];
            /** @description The name of the standard. */
            standard: components["schemas"]["Name"];
            /** @description The API: `orders@v1`, or `orders` for every version. */
            api: string;
            /** @description The workspace of the API, where the standard is about others than its own. */
            workspace?: components["schemas"]["Name"] | null;
            /** @description What it may do without; everything the standard asks, where absent. */
            requirements?: components["schemas"]["Requirement"][];
            /** @description Why, for those who read it later. */
            reason: string;
            /** @description When it ends (RFC 3339). */
            expires_at: string;
        };
        /** @description Lets one API do without something that a standard asks, for a while. */
        WaiverDocumentInput: {
            /** @constant */
            kind?: "waiver";
            name: components["schemas"]["Name"];
            /** @description The name of the standard. */
            standard: components["schemas"]["Name"];
            /** @description The API: `orders@v1`, or `orders` for every version. */
            api: string;
            /** @description The workspace of the API, where the standard is about others than its own. */
            workspace?: components["schemas"]["Name"] | null;
            /** @description What it may do without; everything the standard asks, where absent. */
            requirements?: components["schemas"]["Requirement"][];
            /** @description Why, for those who read it later. */
            reason: string;
            /** @description When it ends (RFC 3339). */
            expires_at: string;
        };
        /** @description A resource in a list. */
        WaiverItem: {
            document: components["schemas"]["WaiverDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        WaiverItemList: {
            items: components["schemas"]["WaiverItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description What somebody is who is recognized. */
        Who: "admin" | "member" | "token" | "developer";
        /**
         * @description A tenant: resources, keys, traffic and people of one workspace are seen, counted and changed by nobody of another. Workspaces themselves
         *     stand in the workspace `default`, which is always there.
         */
        WorkspaceDocument: {
            /** @constant */
            kind: "workspace";
            /** @description What it is addressed by. It cannot be changed, and is not given again once its workspace was deleted. */
            name: components["schemas"]["Name"];
            /** @description What people call it. */
            title?: string | null;
            description?: string | null;
            /** @description What operators want to remember of it, such as `cost-center: "4711"`. */
            labels?: {
                [key: string]: string;
            };
            /** @description How much it may have. What is not said is not limited. */
            limits?: components["schemas"]["WorkspaceLimits"];
        };
        /**
         * @description A tenant: resources, keys, traffic and people of one workspace are seen, counted and changed by nobody of another. Workspaces themselves
         *     stand in the workspace `default`, which is always there.
         */
        WorkspaceDocumentInput: {
            /** @constant */
            kind?: "workspace";
            /** @description What it is addressed by. It cannot be changed, and is not given again once its workspace was deleted. */
            name: components["schemas"]["Name"];
            /** @description What people call it. */
            title?: string | null;
            description?: string | null;
            /** @description What operators want to remember of it, such as `cost-center: "4711"`. */
            labels?: {
                [key: string]: string;
            };
            /** @description How much it may have. What is not said is not limited. */
            limits?: components["schemas"]["WorkspaceLimits"];
        };
        /** @description A resource in a list. */
        WorkspaceItem: {
            document: components["schemas"]["WorkspaceDocument"];
            /**
             * Format: uint64
             * @description Rises by one with every change of this resource.
             */
            revision: number;
            /** @description RFC 3339. */
            created_at: string;
            /** @description RFC 3339. */
            updated_at: string;
            /** @description Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`. */
            origin: string;
        };
        /** @description A part of a list. */
        WorkspaceItemList: {
            items: components["schemas"]["WorkspaceItem"][];
            /** @description What to give as `after` for the next part; `null` at the end. */
            next: string | null;
            /**
             * Format: uint64
             * @description How many there are in all, where that is known.
             */
            total?: number | null;
        };
        /** @description How much a workspace may have. What is there already stays where a limit is lowered; nothing is added until there is room. */
        WorkspaceLimits: {
            /**
             * Format: uint32
             * @description APIs and explicit routes together.
             */
            apis?: number | null;
            /**
             * Format: uint32
             * @description Consumers and apps together.
             */
            consumers?: number | null;
            /**
             * Format: uint32
             * @description Credentials of all consumers and apps.
             */
            keys?: number | null;
            /**
             * Format: uint32
             * @description Requests a second that each gateway takes for all of its APIs and routes together, so that none keeps others waiting. What is
             *     beyond is refused with 429 before any policy runs.
             */
            requests_per_second?: number | null;
        };
        /** @description A text in the making: whole, or what was changed in one that was sent before. */
        Written: {
            /**
             * @description All of it. This, or `base`.
             * @default null
             */
            text?: string | null;
            /**
             * @description The text that `edits` change, as the answer for it called it. One that is not kept any more is answered `409`: send all of it then.
             * @default null
             */
            base?: string | null;
            /** @description In the order of the text, by places in the text before any of them. */
            edits?: components["schemas"]["Edit"][];
        };
        /**
         * @description How many wrong credentials (keys, passwords, tokens, signatures, certificates) may come from one network address, in one workspace, until
         *     it is answered `429`. Callers that have called from there within a day are let in all the same.
         */
        WrongCredentials: {
            /**
             * Format: uint32
             * @description So many at once, and as many again in each window; `0` for any number.
             * @default 60
             */
            limit: number;
            /** @default 1m */
            window: components["schemas"]["Span"];
        };
        /**
         * @description How many wrong credentials (keys, passwords, tokens, signatures, certificates) may come from one network address, in one workspace, until
         *     it is answered `429`. Callers that have called from there within a day are let in all the same.
         */
        WrongCredentialsInput: {
            /**
             * Format: uint32
             * @description So many at once, and as many again in each window; `0` for any number.
             * @default 60
             */
            limit?: number;
            /** @default 1m */
            window?: components["schemas"]["Span"];
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
    changeOwnPassword: {
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
                "application/json": components["schemas"]["PasswordChange"];
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
                "application/json": components["schemas"]["Confirmation"];
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
    backchannelLogout: {
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
                "application/x-www-form-urlencoded": components["schemas"]["LogoutFields"];
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
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
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
    listApis: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["ApiItemList"];
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
    createApi: {
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
                "application/json": components["schemas"]["ApiDocumentInput"];
                "application/yaml": components["schemas"]["ApiDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    getApi: {
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
                    "application/json": components["schemas"]["ApiDocument"];
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
    putApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiDocumentInput"];
                "application/yaml": components["schemas"]["ApiDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listRoutes: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["RouteItemList"];
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
    createRoute: {
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
                "application/json": components["schemas"]["RouteDocumentInput"];
                "application/yaml": components["schemas"]["RouteDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteDocument"];
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
    getRoute: {
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
                    "application/json": components["schemas"]["RouteDocument"];
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
    putRoute: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RouteDocumentInput"];
                "application/yaml": components["schemas"]["RouteDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteRoute: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRouteRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listUpstreams: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["UpstreamItemList"];
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
    createUpstream: {
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
                "application/json": components["schemas"]["UpstreamDocumentInput"];
                "application/yaml": components["schemas"]["UpstreamDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpstreamDocument"];
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
    getUpstream: {
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
                    "application/json": components["schemas"]["UpstreamDocument"];
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
    putUpstream: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpstreamDocumentInput"];
                "application/yaml": components["schemas"]["UpstreamDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpstreamDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpstreamDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteUpstream: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUpstreamRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listConsumers: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["ConsumerItemList"];
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
    createConsumer: {
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
                "application/json": components["schemas"]["ConsumerDocumentInput"];
                "application/yaml": components["schemas"]["ConsumerDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsumerDocument"];
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
    getConsumer: {
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
                    "application/json": components["schemas"]["ConsumerDocument"];
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
    putConsumer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsumerDocumentInput"];
                "application/yaml": components["schemas"]["ConsumerDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsumerDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsumerDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteConsumer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConsumerRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listPlans: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["PlanItemList"];
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
    createPlan: {
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
                "application/json": components["schemas"]["PlanDocumentInput"];
                "application/yaml": components["schemas"]["PlanDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDocument"];
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
    getPlan: {
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
                    "application/json": components["schemas"]["PlanDocument"];
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
    putPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanDocumentInput"];
                "application/yaml": components["schemas"]["PlanDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deletePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlanRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listProducts: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["ProductItemList"];
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
    createProduct: {
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
                "application/json": components["schemas"]["ProductDocumentInput"];
                "application/yaml": components["schemas"]["ProductDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDocument"];
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
    getProduct: {
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
                    "application/json": components["schemas"]["ProductDocument"];
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
    putProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductDocumentInput"];
                "application/yaml": components["schemas"]["ProductDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProductRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["AppItemList"];
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
                "application/json": components["schemas"]["AppDocumentInput"];
                "application/yaml": components["schemas"]["AppDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDocument"];
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
                    "application/json": components["schemas"]["AppDocument"];
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
    putApp: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppDocumentInput"];
                "application/yaml": components["schemas"]["AppDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAppRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listSubscriptions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["SubscriptionItemList"];
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
    createSubscription: {
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
                "application/json": components["schemas"]["SubscriptionDocumentInput"];
                "application/yaml": components["schemas"]["SubscriptionDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDocument"];
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
    getSubscription: {
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
                    "application/json": components["schemas"]["SubscriptionDocument"];
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
    putSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionDocumentInput"];
                "application/yaml": components["schemas"]["SubscriptionDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubscriptionRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listWorkspaces: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["WorkspaceItemList"];
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
    createWorkspace: {
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
                "application/json": components["schemas"]["WorkspaceDocumentInput"];
                "application/yaml": components["schemas"]["WorkspaceDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceDocument"];
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
    getWorkspace: {
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
                    "application/json": components["schemas"]["WorkspaceDocument"];
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
    putWorkspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceDocumentInput"];
                "application/yaml": components["schemas"]["WorkspaceDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteWorkspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkspaceRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listGateways: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["GatewayItemList"];
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
    createGateway: {
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
                "application/json": components["schemas"]["GatewayDocumentInput"];
                "application/yaml": components["schemas"]["GatewayDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayDocument"];
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
    getGateway: {
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
                    "application/json": components["schemas"]["GatewayDocument"];
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
    putGateway: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GatewayDocumentInput"];
                "application/yaml": components["schemas"]["GatewayDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteGateway: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGatewayRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listCertificates: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["CertificateItemList"];
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
    createCertificate: {
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
                "application/json": components["schemas"]["CertificateDocumentInput"];
                "application/yaml": components["schemas"]["CertificateDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateDocument"];
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
    getCertificate: {
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
                    "application/json": components["schemas"]["CertificateDocument"];
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
    putCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CertificateDocumentInput"];
                "application/yaml": components["schemas"]["CertificateDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCertificateRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listBlocks: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["BlockItemList"];
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
    createBlock: {
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
                "application/json": components["schemas"]["BlockForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockAnswer"];
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
    getBlock: {
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
                    "application/json": components["schemas"]["BlockDocument"];
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
    putBlock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockDocumentInput"];
                "application/yaml": components["schemas"]["BlockDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteBlock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBlockRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listStandards: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["StandardItemList"];
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
    createStandard: {
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
                "application/json": components["schemas"]["StandardDocumentInput"];
                "application/yaml": components["schemas"]["StandardDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandardDocument"];
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
    getStandard: {
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
                    "application/json": components["schemas"]["StandardDocument"];
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
    putStandard: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandardDocumentInput"];
                "application/yaml": components["schemas"]["StandardDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandardDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandardDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteStandard: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStandardRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listWaivers: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["WaiverItemList"];
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
    createWaiver: {
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
                "application/json": components["schemas"]["WaiverDocumentInput"];
                "application/yaml": components["schemas"]["WaiverDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaiverDocument"];
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
    getWaiver: {
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
                    "application/json": components["schemas"]["WaiverDocument"];
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
    putWaiver: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaiverDocumentInput"];
                "application/yaml": components["schemas"]["WaiverDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaiverDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaiverDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteWaiver: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWaiverRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listIdentityProviders: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["IdentityProviderItemList"];
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
    createIdentityProvider: {
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
                "application/json": components["schemas"]["IdentityProviderDocumentInput"];
                "application/yaml": components["schemas"]["IdentityProviderDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProviderDocument"];
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
    getIdentityProvider: {
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
                    "application/json": components["schemas"]["IdentityProviderDocument"];
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
    putIdentityProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityProviderDocumentInput"];
                "application/yaml": components["schemas"]["IdentityProviderDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProviderDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProviderDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteIdentityProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIdentityProviderRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listDesigns: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["DesignItemList"];
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
    createDesign: {
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
                "application/json": components["schemas"]["DesignDocumentInput"];
                "application/yaml": components["schemas"]["DesignDocumentInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DesignDocument"];
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
    getDesign: {
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
                    "application/json": components["schemas"]["DesignDocument"];
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
    putDesign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignDocumentInput"];
                "application/yaml": components["schemas"]["DesignDocumentInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DesignDocument"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DesignDocument"];
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
            /** @description `precondition-failed` */
            412: {
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
    deleteDesign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
                "if-none-match"?: string;
            };
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDesignRevisions: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
            };
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
                    "application/json": components["schemas"]["RevisionViewList"];
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
    listApiOperations: {
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
                    "application/json": components["schemas"]["ApiOperationList"];
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
    getApiDrift: {
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
                    "application/json": components["schemas"]["Drift"];
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
    proposeApiContract: {
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
                    "application/json": components["schemas"]["Proposal"];
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
    draftApiContract: {
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
                    "application/json": unknown;
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
    draftRouteContract: {
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
                    "application/json": unknown;
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
    listDrift: {
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
                    "application/json": components["schemas"]["DriftSummaryList"];
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
    getApiSplit: {
        parameters: {
            query?: {
                /** @description Seconds back from now, 3600 at most; 300 where nothing is said. */
                seconds?: number;
            };
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
                    "application/json": components["schemas"]["SplitConduct"];
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
    changeApiSplit: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    getRouteSplit: {
        parameters: {
            query?: {
                /** @description Seconds back from now, 3600 at most; 300 where nothing is said. */
                seconds?: number;
            };
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
                    "application/json": components["schemas"]["SplitConduct"];
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
    changeRouteSplit: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteDocument"];
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
    listSplits: {
        parameters: {
            query?: {
                /** @description Seconds back from now, 3600 at most; 300 where nothing is said. */
                seconds?: number;
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
                    "application/json": components["schemas"]["Splits"];
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
    listConsumerKeys: {
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
                    "application/json": components["schemas"]["KeyViewList"];
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
    issueConsumerKey: {
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
    listAppKeys: {
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
                    "application/json": components["schemas"]["KeyViewList"];
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
    issueAppKey: {
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
    revokeConsumerKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                id: string;
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
    revokeAppKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                id: string;
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
    getAppClient: {
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
                id: string;
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
    rotateAppClientSecret: {
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
        };
    };
    rotateSigningKey: {
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
                "application/json": components["schemas"]["SigningKeyForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeys"];
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
    listScorecards: {
        parameters: {
            query?: {
                /** @description Only those of this API: `orders@v1`, or `orders` for every version. */
                api?: string;
                /** @description Only those of APIs of this owner. */
                owner?: string;
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
                    "application/json": components["schemas"]["StandardStandingList"];
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
    getApiLife: {
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
                    "application/json": components["schemas"]["LifeView"];
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
    moveApi: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["LifeStep"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    listCatalogue: {
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
                    "application/json": components["schemas"]["CatalogueRowList"];
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
    exportCatalogue: {
        parameters: {
            query?: {
                format?: components["schemas"]["CatalogueFormat"];
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
    listApiEnvironments: {
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
                    "application/json": components["schemas"]["EnvironmentViewList"];
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
    promoteApi: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromotionAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    getApiUses: {
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
                    "application/json": components["schemas"]["Uses"];
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
    rollBackApi: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rollback"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    passBy: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmergencyAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    recordTest: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestReport"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
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
    listEmergencies: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
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
                    "application/json": components["schemas"]["EmergencyViewList"];
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
    listReviews: {
        parameters: {
            query?: {
                /** @description Only those of this API: `orders@v1`, or `orders` for every version. */
                api?: string;
                /** @description Only those that are so: `open`, `applied` or `closed`. */
                state?: components["schemas"]["ReviewState"];
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
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
                    "application/json": components["schemas"]["ReviewLineList"];
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
    openReview: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewView"];
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
    getReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
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
                    "application/json": components["schemas"]["ReviewView"];
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
    updateReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewView"];
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
    getReviewContract: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
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
    addRemark: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RemarkForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewView"];
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
    applyReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
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
                    "application/json": components["schemas"]["ApiDocument"];
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
    passByReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
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
    closeReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewView"];
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
    unblock: {
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
                "application/json": components["schemas"]["BlockForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnblockAnswer"];
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
    decideSubscription: {
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
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionDocument"];
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
    validate: {
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
                "application/json": components["schemas"]["Bundle"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
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
    plan: {
        parameters: {
            query?: {
                /** @description Removes resources of the same origin that are not in the folder. */
                prune?: boolean;
                /** @description Which way the resources come in; `apply` if absent. */
                origin?: string;
                /** @description Refuses a change of a contract that is at least as bad for those who use the API. */
                fail_on?: components["schemas"]["ChangeLevel"];
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bundle"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePlan"];
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
    apply: {
        parameters: {
            query?: {
                /** @description Removes resources of the same origin that are not in the folder. */
                prune?: boolean;
                /** @description Which way the resources come in; `apply` if absent. */
                origin?: string;
                /** @description Refuses a change of a contract that is at least as bad for those who use the API. */
                fail_on?: components["schemas"]["ChangeLevel"];
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bundle"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Applied"];
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
    export: {
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
                    "application/json": components["schemas"]["Bundle"];
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
    importContract: {
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
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
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
    importOpenapi: {
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
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
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
    explainRoute: {
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
                    "application/json": components["schemas"]["Explanation"];
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
    listPolicies: {
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
                    "application/json": components["schemas"]["PolicyList"];
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
    explainLimits: {
        parameters: {
            query?: {
                /** @description The API called: `orders@v1`. Either this or `route`. */
                api?: string;
                /** @description The explicit route called. Either this or `api`. */
                route?: string;
                /** @description The operation called; limits of operations are left out without it. */
                operation?: string;
                /** @description The consumer who calls. Either this or `app`; without both an anonymous caller. */
                consumer?: string;
                /** @description The app that calls. */
                app?: string;
                /** @description The client's network address, for limits by address. */
                ip?: string;
                /** @description The method, for limits that depend on it; by default `GET`. */
                method?: string;
                /** @description Path and query, for limits that depend on them. */
                target?: string;
                /** @description Header lines, `name: value`, separated by line breaks, for limits that depend on them. */
                headers?: string;
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
                    "application/json": components["schemas"]["LimitsExplained"];
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
    getDesignContract: {
        parameters: {
            query?: {
                /** @description A revision that it had; the present one if absent. */
                revision?: number;
            };
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
    publishDesign: {
        parameters: {
            query?: {
                /** @description Tells what would come of it, and changes nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
                /** @description The `ETag` last read; the change is refused where the resource has changed since. */
                "if-match"?: string;
                /** @description `*` refuses to change a resource that exists. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedDesign"];
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
            /** @description `precondition-failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listContractTemplates: {
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
                    "application/json": components["schemas"]["ContractTemplateList"];
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
    checkContract: {
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
                "application/json": components["schemas"]["CheckAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckDone"];
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
    viewContract: {
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
                "application/json": components["schemas"]["ViewAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractView"];
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
    tryContract: {
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
                "application/json": components["schemas"]["TryAsked"];
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
    compareContracts: {
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
                "application/json": components["schemas"]["CompareAsked"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractChanges"];
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
    getCache: {
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
                    "application/json": components["schemas"]["StoredResponses"];
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
    purgeCache: {
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
                "application/json": components["schemas"]["PurgeForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purged"];
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
    listSecrets: {
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
                    "application/json": components["schemas"]["SecretViewList"];
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
    listSecretReferences: {
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
                    "application/json": components["schemas"]["ReferenceViewList"];
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
    setSecret: {
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
                "application/json": components["schemas"]["SecretForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretView"];
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
    deleteSecret: {
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
    rotateSecret: {
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
                "application/json": components["schemas"]["SecretForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretView"];
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
    rotateSecretKey: {
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
                    "application/json": components["schemas"]["DataKeyRotated"];
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
    listMembers: {
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
                    "application/json": components["schemas"]["MemberViewList"];
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
    inviteMember: {
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
                "application/json": components["schemas"]["MemberForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
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
    getMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
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
                    "application/json": components["schemas"]["MemberView"];
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
    removeMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
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
    setMemberRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolesForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
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
    listMemberPermissions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
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
                    "application/json": components["schemas"]["EffectivePermissionList"];
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
    createMemberLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
            };
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
                    "application/json": components["schemas"]["Invitation"];
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
    resetMemberSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                email: string;
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
        };
    };
    removeMemberPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                email: string;
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
        };
    };
    listDevelopers: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: string;
                /** @description Only those that contain this text, in any case. */
                q?: string;
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
                    "application/json": components["schemas"]["DeveloperViewList"];
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
    resetDeveloperSecondFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; `default` where it is left out. */
                "pailou-workspace"?: string;
            };
            path: {
                email: string;
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
        };
    };
    listRoles: {
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
                    "application/json": components["schemas"]["RoleViewList"];
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
    putRole: {
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
                "application/json": components["schemas"]["RoleForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"];
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
    deleteRole: {
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
    listTokens: {
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
                    "application/json": components["schemas"]["TokenViewList"];
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
    createToken: {
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
                "application/json": components["schemas"]["TokenForm"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
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
    revokeToken: {
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
    checkIdentityProvider: {
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
                    "application/json": components["schemas"]["ProviderCheck"];
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
    gatherEvidence: {
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
                "application/json": components["schemas"]["BundleForm"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
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
            /** @description `overloaded` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description At most so many, 1 to 1000; 100 if absent. */
                limit?: number;
                /** @description Where the part before ended: its `next`. */
                after?: number;
                /** @description Only of this kind of resource. */
                kind?: string;
                /** @description Only of the resource with this id. */
                id?: string;
                /** @description Only what this person did. */
                actor?: string;
                /** @description Only what is called this, such as `sign-in-failed`. */
                action?: string;
                /** @description Only from this network address. */
                address?: string;
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description Only records after the one with this number, and the oldest first. `after` does not count then. */
                since?: number;
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
                    "application/json": components["schemas"]["AuditViewList"];
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
    verifyAudit: {
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
                    "application/json": components["schemas"]["AuditVerdict"];
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
    getTraffic: {
        parameters: {
            query?: {
                /** @description Fifteen minutes before `to` if absent. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent. */
                to?: components["schemas"]["Time"];
                /** @description The length of a point; chosen by the interval if absent, and made coarser where the finer rollup is no longer kept. */
                step?: components["schemas"]["Span"];
                /** @description The id of an API (`orders@v1`) or a service's key (`route/health`). */
                api?: string;
                operation?: string;
                /** @description A caller's key: `consumer/ada`, `app/shop`. */
                caller?: string;
                plan?: string;
                subscription?: string;
                /** @description A status (`404`) or a class (`4xx`). */
                status?: string;
                fault?: components["schemas"]["Fault"];
                /** @description A problem's code, such as `rate-limited`. */
                problem?: string;
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
                    "application/json": components["schemas"]["Traffic"];
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
    getTop: {
        parameters: {
            query?: {
                by?: components["schemas"]["By"];
                /** @description Fifteen minutes before `to` if absent. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent. */
                to?: components["schemas"]["Time"];
                /** @description 1 to 1,000; 20 if absent. */
                limit?: number;
                api?: string;
                operation?: string;
                caller?: string;
                plan?: string;
                subscription?: string;
                status?: string;
                fault?: components["schemas"]["Fault"];
                problem?: string;
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
                    "application/json": components["schemas"]["TopRowList"];
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
    getUsage: {
        parameters: {
            query?: {
                /** @description Thirty days before `to` if absent; taken back to the begin of its hour. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent; taken forward to the end of its hour. */
                to?: components["schemas"]["Time"];
                /** @description A caller's key: `app/shop`. */
                caller?: string;
                subscription?: string;
                plan?: string;
                /** @description The id of an API (`orders@v1`) or a service's key. */
                api?: string;
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
                    "application/json": components["schemas"]["Usage"];
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
    getAnalyticsStatus: {
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
                    "application/json": components["schemas"]["Status"];
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
    listCalls: {
        parameters: {
            query?: {
                /** @description As far back as the log reaches if absent. */
                from?: components["schemas"]["Time"];
                /** @description Now if absent. */
                to?: components["schemas"]["Time"];
                /** @description The id of an API (`orders@v1`) or a service's key (`route/health`). */
                api?: string;
                operation?: string;
                caller?: string;
                plan?: string;
                subscription?: string;
                /** @description A status (`404`) or a class (`4xx`). */
                status?: string;
                method?: string;
                fault?: components["schemas"]["Fault"];
                problem?: string;
                /** @description What the cache did. */
                cache?: components["schemas"]["CacheUse"];
                /** @description What the client spoke. */
                protocol?: components["schemas"]["Spoken"];
                /** @description The client's address. */
                client?: string;
                /** @description At least this long. */
                min_ms?: number;
                /** @description Text in the path, host, request or trace id, client, user agent, endpoint or cause; letters of any case. */
                q?: string;
                /** @description Where the page before ended: its `next`. */
                after?: string;
                /** @description 1 to 500; 50 if absent. */
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
                    "application/json": components["schemas"]["CallList"];
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
    getCall: {
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
                    "application/json": components["schemas"]["Call"];
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
    getSystem: {
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
                    "application/json": components["schemas"]["System"];
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
    listUpstreamStandings: {
        parameters: {
            query?: {
                /** @description Only this one: `upstream/orders`, or `api/orders@v1` for one that is written inside an API. */
                upstream?: string;
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
                    "application/json": components["schemas"]["Standings"];
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
    getSnapshotBlocks: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answers 304 where the state is still this `ETag`. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    /** @description How far purges of stored responses have come, as `GET /purges` tells them. */
                    "Pailou-Purges"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
    getSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answers 304 where the state is still this `ETag`. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description The state answered. */
                    ETag?: string;
                    /** @description How far purges of stored responses have come, as `GET /purges` tells them. */
                    "Pailou-Purges"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
    noteKeyUses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyUses"];
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
        };
    };
    noteSignOuts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignOuts"];
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
        };
    };
    hearCalls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CountedCalls"];
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
        };
    };
    getPurges: {
        parameters: {
            query?: {
                /** @description The `mark` of the answer before. */
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
                    "application/json": components["schemas"]["PurgeNews"];
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
}
