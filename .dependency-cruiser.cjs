/**
 * Which file may import which; `npm run lint` checks it. Imports of types count like all others: a
 * circle of types is a circle for whoever reads it.
 */

/** Layers of the platform, each after those that serve it. */
const LAYERS = [
    "foundation",
    "network",
    "security",
    "gateway",
    "storage",
    "data",
    "identity",
    "scaling",
    "delivery",
    "apps",
    "ml",
    "secrets",
    "observability",
    "edge",
    "backup",
    "tenancy",
];

/** What of the components the policy pack may use: pure functions, and no list that it judges by. */
const USED_BY_POLICY = [
    "addresses\\.ts",
    "nearest\\.ts",
    "load-sdk\\.js",
    "base/(availability|flow-names|labels|object|scope)\\.ts",
];

/** What is run by people and by CI, and imported by nobody below. */
const COMMANDS = ["operate", "scripts", "bench"];
const AROUND_POLICY = ["preview", "rehearsal", "mutation", ...COMMANDS];

/** Folders at the top of the repository, with those that each of them never imports. */
const NEVER = {
    "kubernetes-client": ["crds", "policy", ...AROUND_POLICY],
    crds: ["policy", ...AROUND_POLICY],
    components: ["crds", "kubernetes-client", "policy", ...AROUND_POLICY],
    policy: AROUND_POLICY,
    preview: ["rehearsal", "mutation", ...COMMANDS],
    rehearsal: ["mutation", ...COMMANDS],
    mutation: ["rehearsal", ...COMMANDS],
};

const anyOf = (names) => `(${names.join("|")})`;

module.exports = {
    forbidden: [
        {
            name: "no-circle",
            comment:
                "Files that import each other can only be understood, tested and moved together.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        ...Object.entries(NEVER).map(([folder, others]) => ({
            name: `${folder}-stand-alone`,
            comment: `${folder}/ is used by ${others.join("/, ")}/ and knows nothing of them.`,
            severity: "error",
            from: { path: `^${folder}/` },
            to: { path: `^${anyOf(others)}/` },
        })),
        ...["operators", "trust"].map((folder) => ({
            name: `${folder}-stand-alone`,
            comment: `${folder}/ holds facts that everybody reads, so it imports nothing but itself.`,
            severity: "error",
            from: { path: `^${folder}/` },
            to: { pathNot: `^${folder}/`, dependencyTypes: ["local"] },
        })),
        {
            name: "nothing-imports-tests",
            comment: "What only tests need stays in test/.",
            severity: "error",
            from: { pathNot: "^test/" },
            to: { path: "^test/" },
        },
        {
            name: "policy-judges-by-its-own",
            comment:
                "Who judges takes nothing from the judged but pure functions; permissions are not among them.",
            severity: "error",
            from: { path: "^policy/" },
            to: { path: "^components/", pathNot: `^components/${anyOf(USED_BY_POLICY)}$` },
        },
        {
            name: "base-below-layers",
            comment: "base/ is what every layer is built from, so it imports none of them.",
            severity: "error",
            from: { path: "^components/base/" },
            to: { path: `^components/${anyOf([...LAYERS, "machines", "cluster"])}/` },
        },
        ...LAYERS.slice(0, -1).map((layer, index) => ({
            name: `${layer}-below-others`,
            comment:
                "Who serves others stands below them; who collects from others stands above; what only has to be named lies in the foundation.",
            severity: "error",
            from: { path: `^components/${layer}/` },
            to: { path: `^components/${anyOf(LAYERS.slice(index + 1))}/` },
        })),
        {
            name: "every-layer-has-its-place",
            comment: "A new folder of components/ is a layer: it belongs into LAYERS of this file.",
            severity: "error",
            from: {
                path: "^components/[^/]+/",
                pathNot: `^components/${anyOf(["base", "machines", "cluster", ...LAYERS])}/`,
            },
            to: {},
        },
        {
            name: "machines-and-cluster-apart",
            comment:
                "Machines and the cluster on them come before everything that runs in the cluster, and neither knows of the other's users.",
            severity: "error",
            from: { path: "^components/(machines|cluster)/" },
            to: { path: `^components/${anyOf(LAYERS)}/` },
        },
        {
            name: "machines-below-cluster",
            comment: "The cluster is built on machines.",
            severity: "error",
            from: { path: "^components/machines/" },
            to: { path: "^components/cluster/" },
        },
        {
            name: "layers-above-the-cluster",
            comment:
                "What runs in the cluster learns of machines from the settings, whoever made the cluster.",
            severity: "error",
            // Machines of edge sites are no nodes: who makes them stands beside who makes those.
            from: {
                path: `^components/${anyOf(LAYERS)}/`,
                pathNot: "^components/edge/edge-(machine|machines|firewall)\\.ts$",
            },
            // How a disk is called inside a virtual machine is said once, where it is attached.
            to: {
                path: "^components/(machines|cluster)/",
                pathNot: "^components/machines/disks\\.ts$",
            },
        },
        {
            name: "kernel-below-engines",
            comment:
                "Facts and the vocabulary of Kubernetes are what engines and criteria are made of.",
            severity: "error",
            from: { path: "^policy/(kernel|kubernetes)/" },
            to: { path: "^policy/(engines|criteria|sdk)/" },
        },
        {
            name: "engines-below-criteria",
            comment: "An engine finds out; a criterion decides what that means.",
            severity: "error",
            from: { path: "^policy/engines/" },
            to: { path: "^policy/(criteria|sdk)/" },
        },
        {
            name: "categories-apart",
            comment: "What criteria of two categories need is an engine.",
            severity: "error",
            from: { path: "^policy/criteria/([^/]+)/" },
            to: { path: "^policy/criteria/", pathNot: "^policy/criteria/$1/" },
        },
        {
            name: "sdk-patched-at-the-entrance",
            comment:
                "Only what starts a process patches the SDK, so that the patches can be removed.",
            severity: "error",
            from: { path: "^policy/", pathNot: "^policy/(pack\\.ts$|sdk/)" },
            to: { path: "^policy/sdk/" },
        },
    ],
    options: {
        tsPreCompilationDeps: true,
        doNotFollow: { path: "node_modules" },
        exclude: { path: "(^|/)(node_modules|\\.cache|sdks)/" },
    },
};
