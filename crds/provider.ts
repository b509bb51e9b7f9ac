/**
 * Applies CRDs by the digest of their content. Nothing here knows of the protocol between engine and
 * provider: see `service.ts`.
 */
import { isDeepStrictEqual } from "node:util";
import {
    digestOf,
    findContent,
    outlineOf,
    readContent,
    type RegisteredCrd,
} from "../components/base/crd-content";
import type { Manifest } from "../components/base/object";
import { ApiError } from "../kubernetes-client/connection";
import { Kubernetes, type LiveObject } from "../kubernetes-client/kubernetes";
import { type CrdStatus, untilServed } from "../kubernetes-client/served";
import { CrdError, FIELD_MANAGER, isUnreachable, refusal } from "./errors";
import { requireNoObjects, untilGone } from "./removal";
import { lostVersions } from "./versions";

/** How the cluster is reached: the configuration of the provider. */
export interface CrdProviderConfiguration {
    /** Text of a kubeconfig. */
    readonly kubeconfig: string;
    /** Context of it; default: its current one. */
    readonly context?: string;
}

/** What the provider needs of a client. */
export type CrdClient = Pick<Kubernetes, "apply" | "delete" | "find" | "get" | "pathOf">;

/** A CRD in the cluster. */
export interface LiveCrd extends LiveObject {
    readonly status?: CrdStatus;
}

/** How long an operation may take, and what ends it before. */
export interface Patience {
    /** Milliseconds; default: five minutes. */
    readonly milliseconds?: number;
    readonly signal?: AbortSignal;
}

/** What differs between two registrations. */
export interface CrdDifference {
    /** Fields that differ; empty when nothing has to be done. */
    readonly changed: readonly string[];
    /** Whether another CRD must be made, because a name is for ever. */
    readonly replace: boolean;
}

/** Annotation of a CRD in the cluster: the digest of what was applied. */
export const DIGEST_ANNOTATION = "crds.platform/digest";
/** Digest of a CRD that somebody else changed in the cluster: no content has it. */
export const CHANGED = "changed in the cluster";
/** Environment variable: the API server may be gone, as when its machines were deleted. */
const UNREACHABLE_VARIABLE = "PULUMI_K8S_DELETE_UNREACHABLE";
const PATIENCE_MS = 300_000;

/** The path of a CRD. */
export function crdPath(name: string): string {
    return `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
}

function withDigest(content: Manifest, digest: string): Manifest {
    const { annotations, ...metadata } = content.metadata;
    return {
        ...content,
        metadata: { ...metadata, annotations: { ...annotations, [DIGEST_ANNOTATION]: digest } },
    };
}

/** Name of a CRD: `<plural>.<group>`. */
function nameOf({ metadata: { name = "" } }: Manifest): string {
    return name;
}

/** What of an object others may not change. */
function applied({ metadata: { labels, annotations }, spec }: Manifest): unknown {
    return { labels, annotations, spec };
}

/** Applies, reads and deletes the CRDs of one cluster. */
export class CrdProvider {
    private client: Promise<CrdClient> | undefined;
    private configuration: CrdProviderConfiguration = { kubeconfig: "" };

    constructor(
        private readonly connect: (
            configuration: CrdProviderConfiguration,
        ) => Promise<CrdClient> = ({ kubeconfig, context }) =>
            Kubernetes.connectWith(kubeconfig, context),
        private readonly environment: NodeJS.ProcessEnv = process.env,
    ) {}

    /** Says where the cluster is; the first operation connects. */
    configure(configuration: CrdProviderConfiguration): void {
        this.configuration = configuration;
        this.client = undefined;
    }

    /** What differs; the digest alone decides whether anything is sent. */
    diff(before: RegisteredCrd, after: RegisteredCrd): CrdDifference {
        if (nameOf(before) !== nameOf(after)) {
            return { changed: ["metadata.name"], replace: true };
        }
        return { changed: before.digest === after.digest ? [] : ["digest"], replace: false };
    }

    /** Asks the API server whether it would take the content; one that is away says nothing. */
    async judge(crd: RegisteredCrd): Promise<void> {
        try {
            await this.send(crd, true);
        } catch (error) {
            if (!isUnreachable(error)) {
                throw error;
            }
        }
    }

    /**
     * Applies the content and waits until the kind is served. What is there already is taken over,
     * unless another program holds a field with another value.
     *
     * @throws CrdError with one sentence
     */
    async apply(crd: RegisteredCrd, { milliseconds, signal }: Patience = {}): Promise<void> {
        const content = await this.send(crd, false);
        const client = await this.connection();
        try {
            await untilServed(client, content, milliseconds ?? PATIENCE_MS, signal);
        } catch (error) {
            throw refusal(nameOf(crd), error);
        }
    }

    /**
     * What the cluster has.
     *
     * @param known what was registered; undefined for an import
     * @returns undefined when there is no such CRD
     */
    async read(name: string, known: RegisteredCrd | undefined): Promise<RegisteredCrd | undefined> {
        const client = await this.connection();
        const live = await client.find<LiveCrd>(crdPath(name));
        if (live === undefined) {
            return undefined;
        }
        const noted = live.metadata.annotations?.[DIGEST_ANNOTATION];
        if (known === undefined) {
            const { [DIGEST_ANNOTATION]: digest = digestOf(live), ...annotations } =
                live.metadata.annotations ?? {};
            const crd = { ...live, metadata: { ...live.metadata, annotations } };
            return { ...outlineOf(crd), digest };
        }
        const same = noted === known.digest && !(await this.differs(client, live, known));
        return same ? known : { ...known, digest: CHANGED };
    }

    /**
     * Deletes a CRD that no object needs any more, and waits until it is gone.
     *
     * @throws CrdError with one sentence when there are objects, unless their deletion was asked for
     */
    async delete(name: string, { milliseconds, signal }: Patience = {}): Promise<void> {
        try {
            const client = await this.connection();
            const path = crdPath(name);
            const live = await client.find<LiveCrd>(path);
            if (live === undefined) {
                return;
            }
            await requireNoObjects(client, live, this.environment);
            await client.delete(path, { preconditions: { uid: live.metadata.uid } });
            await untilGone(client, live, milliseconds ?? PATIENCE_MS, signal);
        } catch (error) {
            if (isUnreachable(error) && this.environment[UNREACHABLE_VARIABLE] === "true") {
                return;
            }
            throw refusal(name, error);
        }
    }

    private connection(): Promise<CrdClient> {
        this.client ??= this.connect(this.configuration);
        return this.client;
    }

    private async send(crd: RegisteredCrd, dryRun: boolean): Promise<Manifest> {
        const name = nameOf(crd);
        try {
            const content = readContent(crd.digest, name);
            const client = await this.connection();
            const live = await client.find<LiveCrd>(crdPath(name));
            const lost = lostVersions(live?.status?.storedVersions ?? [], content);
            if (lost.length > 0) {
                throw new CrdError(
                    `The CRD ${name} loses ${lost.join(", ")}, in which objects may still be stored: ` +
                        `write every object anew (kubectl get ${name} -A -o json | kubectl replace -f -), ` +
                        `then take ${lost.join(", ")} out of status.storedVersions ` +
                        `(kubectl edit crd ${name} --subresource=status), and run this again.`,
                );
            }
            await client.apply(withDigest(content, crd.digest), FIELD_MANAGER, dryRun);
            return content;
        } catch (error) {
            throw dryRun && isUnreachable(error) ? error : refusal(name, error, crd.digest);
        }
    }

    /** Whether applying again would change anything; without the content nobody can say. */
    private async differs(
        client: CrdClient,
        live: LiveCrd,
        { digest }: RegisteredCrd,
    ): Promise<boolean> {
        const content = findContent(digest);
        if (content === undefined) {
            return false;
        }
        try {
            const { body } = await client.apply(withDigest(content, digest), FIELD_MANAGER, true);
            return !isDeepStrictEqual(applied(body), applied(live));
        } catch (error) {
            if (error instanceof ApiError) {
                return true;
            }
            throw error;
        }
    }
}
