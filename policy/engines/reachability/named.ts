/** Flows that follow from what pods are told: Services and addresses in variables and arguments. */
import { isTree, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { hostsIn } from "../references/hosts";
import type { LabelledPods } from "../references/pods";
import type { StackView } from "../references/stack-view";
import { walk } from "../references/shapes";
import { backendsOf, podsBehind, serviceNamed } from "./backends";
import type { Places } from "./places";
import type { Need } from "./need";
import { addressPlace } from "./network";

/** Something that a pod is told. */
interface Told {
    /** Name of the variable, the file or the argument. */
    readonly name: string;
    readonly text: string;
    /** What else stands beside it: the other variables. */
    readonly beside: Readonly<Record<string, string>>;
}

/** A Service that a pod is told of. */
interface Mentioned {
    readonly name: string;
    readonly namespace: string;
    readonly port?: number;
    readonly told: Told;
}

function strings(tree: Tree): Record<string, string> {
    return Object.fromEntries(
        Object.entries(tree).filter(
            (entry): entry is [string, string] => typeof entry[1] === "string",
        ),
    );
}

function toTold(values: Readonly<Record<string, string>>): Told[] {
    return Object.entries(values).map(([name, text]) => ({ name, text, beside: values }));
}

function configMap({ inventory }: StackView, pods: LabelledPods, name: string | undefined) {
    const fact = inventory.find("/ConfigMap", pods.namespace, name ?? "")?.fact;
    return strings(readTree(fact?.inputs, "data"));
}

function ofContainer(scene: StackView, pods: LabelledPods, container: Tree): Told[] {
    const variables = Object.fromEntries(
        readList(container, "env").flatMap((entry) => {
            const name = readString(entry, "name") ?? "";
            const reference = readTree(entry, "valueFrom", "configMapKeyRef");
            const values = configMap(scene, pods, readString(reference, "name"));
            const value = readString(entry, "value") ?? values[readString(reference, "key") ?? ""];
            return value === undefined ? [] : [[name, value] as const];
        }),
    );
    const imported = readList(container, "envFrom").map((source) =>
        configMap(scene, pods, readString(source, "configMapRef", "name")),
    );
    const texts = [...readList(container, "command"), ...readList(container, "args")];
    return [
        ...toTold(Object.assign({}, ...imported, variables) as Record<string, string>),
        ...texts.flatMap((text) =>
            typeof text === "string" ? [{ name: text.split("=")[0] ?? "", text, beside: {} }] : [],
        ),
    ];
}

/** What a custom resource tells the pods that its operator makes. */
function toldToOperated({ fact, made }: LabelledPods): Told[] {
    const told: Told[] = [];
    if (fact !== undefined && made?.isMain === true) {
        walk(fact.inputs.spec, ["spec"], {
            text: (text, path) => {
                told.push({ name: path.join("."), text, beside: {} });
            },
        });
    }
    return told;
}

function toldTo(scene: StackView, pods: LabelledPods): Told[] {
    const containers = [
        ...readList(pods.podSpec, "containers"),
        ...readList(pods.podSpec, "initContainers"),
    ].filter(isTree);
    const files = readList(pods.podSpec, "volumes").flatMap((volume) => {
        const sources = [volume, ...readList(volume, "projected", "sources")];
        return sources.flatMap((source) =>
            toTold(configMap(scene, pods, readString(source, "configMap", "name"))),
        );
    });
    return [
        ...containers.flatMap((container) => ofContainer(scene, pods, container)),
        ...files.map((told) => ({ ...told, beside: {} })),
        ...toldToOperated(pods),
    ];
}

/** Names of variables whose value is a host. */
const HOST_NAME = /(?:host|hostname|addr|address|server|endpoint|url|service)s?$/i;
const BARE = /^([a-z][a-z0-9-]*)(?::(\d+))?$/;
const IN_URL = /\/\/(?:[^\s/@"']*@)?([a-z][a-z0-9-]*)(?::(\d+))?(?=[/?\s"']|$)/g;

/** The port that stands beside a host: `DB_PORT` beside `DB_HOST`. */
function portBeside({ name, beside }: Told): number | undefined {
    const port = Number(beside[name.replace(HOST_NAME, "PORT")]);
    return Number.isInteger(port) && port > 0 ? port : undefined;
}

function mentionedIn(scene: StackView, pods: LabelledPods, told: Told): Mentioned[] {
    const isNamespace = (name: string) => scene.inventory.namespaces.get(name)?.declared === true;
    const full = hostsIn(told.text, isNamespace).map(({ service, namespace, port }) => ({
        ...{ name: service, namespace, port, told },
    }));
    const value = told.text.includes("=") ? told.text.slice(told.text.indexOf("=") + 1) : told.text;
    const bare = BARE.exec(value);
    const short = [
        ...(bare !== null && (bare[2] !== undefined || HOST_NAME.test(told.name)) ? [bare] : []),
        ...(told.text.includes("//") ? told.text.matchAll(IN_URL) : []),
    ].map((match) => ({
        name: match[1] ?? "",
        namespace: pods.namespace,
        port: match[2] === undefined ? portBeside(told) : Number(match[2]),
        told,
    }));
    return [...full, ...short];
}

const ADDRESS = /(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})(?!\d)/g;
/** A pod's own addresses, and those of every interface. */
const OWN = /^(?:0|127)\./;

function addresses(pods: LabelledPods, { name, text }: Told): Need[] {
    const { fact } = pods;
    return fact === undefined || text.includes("\n")
        ? []
        : [...text.matchAll(ADDRESS)].flatMap(([, address = "", digits = ""]) => {
              const port = Number(digits);
              return OWN.test(address)
                  ? []
                  : [
                        {
                            from: pods,
                            to: addressPlace(`${address}/32`),
                            port: { port, protocol: port === 53 ? "UDP" : "TCP" },
                            why: name,
                            fact,
                        },
                    ];
          });
}

function ofService(
    scene: StackView,
    site: Places,
    pods: LabelledPods,
    mentioned: Mentioned,
): Need[] {
    const { fact } = pods;
    const { name, namespace, port, told } = mentioned;
    if (fact === undefined) {
        return [];
    }
    if (name === "kubernetes" && namespace === "default") {
        const to = site.apiServer;
        return [
            {
                from: pods,
                to,
                port: { port: site.apiServerPort, protocol: "TCP" },
                why: told.name,
                fact,
            },
        ];
    }
    const service = serviceNamed(scene, mentioned);
    // A pod that names its own Service says where it is to be found.
    if (service === undefined || podsBehind(scene, service).includes(pods)) {
        return [];
    }
    return backendsOf(scene, { namespace, name, port }).map((backend) => ({
        ...{ from: pods, to: backend.pods, port: backend.port, fact },
        why: `Service ${name}, which ${told.name} names`,
    }));
}

/** The flows of all pods that are told where to go. */
export function namedFlows(scene: StackView, site: Places): Need[] {
    return [...scene.inventory.pods.values()]
        .flat()
        .flatMap((pods) =>
            toldTo(scene, pods).flatMap((told) => [
                ...mentionedIn(scene, pods, told).flatMap((mentioned) =>
                    ofService(scene, site, pods, mentioned),
                ),
                ...addresses(pods, told),
            ]),
        );
}
