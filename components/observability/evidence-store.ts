/** What the store of evidence offers to whoever brings some or looks for it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../base/connection";
import type { Namespace } from "../base/namespace";
import type { ApiRequest } from "./elastic-apply";
import type { ElasticUser } from "./elasticsearch-users";

/** Where evidence goes, for whoever brings it or looks for it. */
export interface EvidenceStore {
    /** Namespace of Elasticsearch and of what its operator runs. */
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    /** `https://host:port`. */
    readonly url: string;
    /** What must be there before anybody may write. */
    readonly ready: readonly pulumi.Resource[];
    /** The CRDs of the operator by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, pulumi.Resource>;
    /** Gives a user a password, in a Secret of the namespace as well. */
    user(user: ElasticUser, namespace: Namespace): ElasticAccess;
    /** Sends requests once, as the user that sets up. */
    setUp(of: SetUp, before?: readonly pulumi.Resource[]): pulumi.Resource;
}

/** What a client of Elasticsearch signs on with. */
export interface ElasticAccess {
    /** Secret with `username` and `password`, in the client's namespace. */
    readonly secretName: string;
    /** Secret with the authority of Elasticsearch's certificate in `ca.crt`, in that namespace. */
    readonly authority: string;
    readonly ready: readonly pulumi.Resource[];
}

/** Requests to Elasticsearch or Kibana. */
export interface SetUp {
    /** What is set up. */
    readonly name: string;
    /** Default: Elasticsearch. */
    readonly url?: string;
    readonly requests: readonly ApiRequest[];
}
