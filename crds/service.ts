/**
 * The protocol between engine and provider (pulumi/pulumi@v3.248.0:proto/pulumi/provider.proto). The
 * SDK's own server is not used: it takes no configuration (`configure` of
 * sdk/nodejs/provider/server.ts), so the kubeconfig would have to be an input of every CRD.
 */
import {
    type handleUnaryCall,
    type sendUnaryData,
    type ServerUnaryCall,
    status,
    type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { RegisteredCrd } from "../components/base/crd-content";
import type { CrdProvider, CrdProviderConfiguration } from "./provider";

type Fields = Readonly<Record<string, unknown>>;

/** Key and value by which the protocol marks a secret (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toFields(struct: Struct | undefined): Fields {
    const value: unknown = struct?.toJavaScript() ?? {};
    return isFields(value) ? value : {};
}

/** JSON as the protocol has it; fields that are undefined are none. */
function toStruct(fields: Fields): Struct {
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(fields)) as Record<string, JavaScriptValue>,
    );
}

function isRegisteredCrd(fields: Fields): fields is Fields & RegisteredCrd {
    const { digest, metadata, spec } = fields;
    return (
        typeof digest === "string" &&
        isFields(metadata) &&
        typeof metadata.name === "string" &&
        isFields(spec)
    );
}

function toCrd(struct: Struct | undefined): RegisteredCrd {
    const fields = toFields(struct);
    if (!isRegisteredCrd(fields)) {
        throw new Error("A CRD is registered with metadata.name, spec and digest.");
    }
    return fields;
}

/** What operations leave in the state besides the inputs. */
function toOutputs({ digest }: RegisteredCrd): Struct {
    return Struct.fromJavaScript({ digest });
}

/** A text of the configuration, without the mark of a secret. */
function toText(value: unknown): string | undefined {
    const plain = isFields(value) && value[SIGNATURE] === SECRET ? value.value : value;
    return typeof plain === "string" ? plain : undefined;
}

function toConfiguration(struct: Struct | undefined): CrdProviderConfiguration {
    const { kubeconfig, context } = toFields(struct);
    return { kubeconfig: toText(kubeconfig) ?? "", context: toText(context) };
}

/** Fields of the configuration that differ; only another cluster makes other CRDs. */
function configurationDifference(request: protocol.DiffRequest): protocol.DiffResponse {
    const before = toFields(request.getOldInputs() ?? request.getOlds());
    const after = toFields(request.getNews());
    const changed = ["kubeconfig", "context", "cluster"].filter(
        (key) => toText(before[key]) !== toText(after[key]),
    );
    return new protocol.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((key) => key === "cluster"));
}

/** Answers with what a promise brings; an error is told with its sentence alone. */
function unary<Request, Response>(
    answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
        const reply = async () => answer(call.request);
        reply().then(
            (response) => {
                callback(null, response);
            },
            (error: unknown) => {
                const details = error instanceof Error ? error.message : String(error);
                callback({ code: status.UNKNOWN, details });
            },
        );
    };
}

/** The handlers of the protocol; what is not among them, the engine is told, is not there. */
export function toService(provider: CrdProvider): UntypedServiceImplementation {
    const end = new AbortController();
    /** The engine gives seconds, 0 when nobody set a timeout. */
    const patience = (request: { getTimeout(): number }) => ({
        milliseconds: request.getTimeout() > 0 ? request.getTimeout() * 1000 : undefined,
        signal: end.signal,
    });
    const put = async (
        request: { getPreview(): boolean; getTimeout(): number },
        properties: Struct | undefined,
    ) => {
        const crd = toCrd(properties);
        await (request.getPreview() ? provider.judge(crd) : provider.apply(crd, patience(request)));
        return crd;
    };
    return {
        handshake: unary(() => new protocol.ProviderHandshakeResponse()),
        getPluginInfo: unary(() => new plugin.PluginInfo()),
        getSchema: unary(() => new protocol.GetSchemaResponse().setSchema('{"name":"crd"}')),
        diffConfig: unary(configurationDifference),
        configure: unary((request: protocol.ConfigureRequest) => {
            provider.configure(toConfiguration(request.getArgs()));
            return new protocol.ConfigureResponse().setSupportspreview(true);
        }),
        check: unary((request: protocol.CheckRequest) => {
            toCrd(request.getNews());
            return new protocol.CheckResponse().setInputs(request.getNews());
        }),
        diff: unary((request: protocol.DiffRequest) => {
            const { changed, replace } = provider.diff(
                toCrd(request.getOldInputs()),
                toCrd(request.getNews()),
            );
            return new protocol.DiffResponse()
                .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
                .setDiffsList([...changed])
                .setReplacesList(replace ? [...changed] : []);
        }),
        create: unary(async (request: protocol.CreateRequest) => {
            const crd = await put(request, request.getProperties());
            return new protocol.CreateResponse()
                .setId(crd.metadata.name ?? "")
                .setProperties(toOutputs(crd));
        }),
        update: unary(async (request: protocol.UpdateRequest) => {
            const crd = await put(request, request.getNews());
            return new protocol.UpdateResponse().setProperties(toOutputs(crd));
        }),
        read: unary(async (request: protocol.ReadRequest) => {
            const known = toFields(request.getInputs());
            const inputs = isRegisteredCrd(known) ? known : undefined;
            const found = await provider.read(request.getId(), inputs);
            return found === undefined
                ? new protocol.ReadResponse()
                : new protocol.ReadResponse()
                      .setId(request.getId())
                      .setInputs(toStruct(found))
                      .setProperties(toOutputs(found));
        }),
        delete: unary(async (request: protocol.DeleteRequest) => {
            await provider.delete(request.getId(), patience(request));
            return new Empty();
        }),
        cancel: unary(() => {
            end.abort();
            return new Empty();
        }),
    };
}
