/** The programs of the demo as objects. Pure. */
import { spread } from "../base/availability";
import { httpProbes, resources, restrictedContainer, restrictedPod } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { MailSettings } from "../site-schema";

/** Namespace, and start of every name. */
export const KAFKA_DEMO = "kafka-demo";
/** The two programs. */
export const demoPrograms = ["producer", "consumer"] as const;
export type DemoProgram = (typeof demoPrograms)[number];

/** Port of registrations, of metrics and of health. */
export const demoPort = { name: "http", number: 8080 } as const;
/** The group as which the consumers share the topic's partitions. */
export const DEMO_GROUP = "registration-mailer";
const CERTIFICATE = "/etc/kafka-certificate";
const PROGRAM = "/program";
const MAIL = "/etc/mail";
/** Key of the Secret with the password of the mail account. */
export const passwordKey = "password";

/** Labels of a program's pods. */
export function demoPods(program: DemoProgram) {
    return {
        "app.kubernetes.io/name": KAFKA_DEMO,
        "app.kubernetes.io/component": program,
    } as const;
}

/** The bundle, named by what it holds: another one makes other pods. */
export function programMap(bundle: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${KAFKA_DEMO}-${contentDigest(bundle)}`, namespace: KAFKA_DEMO },
        immutable: true,
        data: { "main.js": bundle },
    };
}

/** What a program needs to know. */
export interface DemoSettings {
    readonly image: string;
    /** ConfigMap with the bundle. */
    readonly program: string;
    /** Undefined where something else has the say. */
    readonly replicas: number | undefined;
    /** `host:port` of Kafka. */
    readonly bootstrap: string;
    /** Secret with the certificate of the program. */
    readonly certificate: string;
    readonly topics: { readonly topic: string; readonly dead: string };
    /** Address of the registry of schemas. */
    readonly registry: string;
    readonly domain: string;
    /** Address that takes spans over HTTP; undefined when nobody takes them. */
    readonly traces: string | undefined;
    /** Seconds between two registrations that the producer makes up; 0 for none. */
    readonly everySeconds: number;
    /** How mail leaves, and the Secret with the password. */
    readonly mail: (MailSettings & { readonly secretName: string }) | undefined;
}

function variables(program: DemoProgram, own: DemoSettings): object[] {
    const { mail } = own;
    const all: Readonly<Record<string, string | undefined>> = {
        KAFKA_BOOTSTRAP: own.bootstrap,
        KAFKA_CERTIFICATE: CERTIFICATE,
        TOPIC: own.topics.topic,
        DEAD_LETTERS: own.topics.dead,
        SCHEMA_REGISTRY: own.registry,
        GROUP: DEMO_GROUP,
        DOMAIN: own.domain,
        PORT: String(demoPort.number),
        OTEL_EXPORTER_OTLP_ENDPOINT: own.traces,
        EVERY_SECONDS: program === "producer" ? String(own.everySeconds) : undefined,
        ...(program === "consumer" && mail !== undefined
            ? {
                  SMTP_HOST: mail.host,
                  SMTP_PORT: String(mail.port),
                  SMTP_FROM: mail.from,
                  SMTP_USERNAME: mail.username,
                  SMTP_PASSWORD_FILE: `${MAIL}/${passwordKey}`,
              }
            : {}),
    };
    return Object.entries(all).flatMap(([name, value]) =>
        value === undefined ? [] : [{ name, value }],
    );
}

interface Mounted {
    readonly name: string;
    readonly mountPath: string;
    readonly from: object;
}

function mounts(program: DemoProgram, own: DemoSettings): readonly Mounted[] {
    return [
        { name: "program", mountPath: PROGRAM, from: { configMap: { name: own.program } } },
        {
            name: "certificate",
            mountPath: CERTIFICATE,
            from: { secret: { secretName: own.certificate } },
        },
        ...(program === "consumer" && own.mail !== undefined
            ? [
                  {
                      name: "mail",
                      mountPath: MAIL,
                      from: { secret: { secretName: own.mail.secretName } },
                  },
              ]
            : []),
    ];
}

/** A program. */
export function demoDeployment(program: DemoProgram, own: DemoSettings): Manifest {
    const labels = demoPods(program);
    const mounted = mounts(program, own);
    const { livenessProbe } = httpProbes("/healthz", demoPort.name);
    const { readinessProbe } = httpProbes("/readyz", demoPort.name);
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: `${KAFKA_DEMO}-${program}`, namespace: KAFKA_DEMO, labels },
        spec: {
            replicas: own.replicas,
            selector: { matchLabels: labels },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            template: {
                metadata: { labels },
                spec: {
                    automountServiceAccountToken: false,
                    priorityClassName: priorities.app.name,
                    topologySpreadConstraints: spread(labels),
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: program,
                            image: own.image,
                            imagePullPolicy: "IfNotPresent",
                            command: ["node", `${PROGRAM}/main.js`, program],
                            env: variables(program, own),
                            ports: [{ name: demoPort.name, containerPort: demoPort.number }],
                            livenessProbe,
                            readinessProbe,
                            resources: resources("10m", "96Mi", "256Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: mounted.map(({ name, mountPath }) => ({
                                name,
                                mountPath,
                                readOnly: true,
                            })),
                        },
                    ],
                    volumes: mounted.map(({ name, from }) => ({ name, ...from })),
                },
            },
        },
    };
}

/** Where registrations are handed in, by `POST /registrations`. */
export function producerService(): Manifest {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: `${KAFKA_DEMO}-producer`, namespace: KAFKA_DEMO },
        spec: {
            selector: demoPods("producer"),
            ports: [{ name: demoPort.name, port: 80, targetPort: demoPort.name }],
        },
    };
}
