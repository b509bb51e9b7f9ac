/**
 * Who may speak to the API server of a rehearsal. Node.js makes keys but no certificates, so the API
 * server signs its own (`--cert-dir`) and its clients show tokens, made anew at every start.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Clients of the API server: the user name and the groups that Kubernetes expects of each. */
const users = {
    admin: { name: "rehearsal-admin", group: "system:masters" },
    "kube-controller-manager": { name: "system:kube-controller-manager", group: "" },
    "kube-scheduler": { name: "system:kube-scheduler", group: "" },
    // Plays every kubelet, which as one user only an administrator may.
    kwok: { name: "rehearsal-kwok", group: "system:masters" },
} as const;

/** A client of the API server. */
export type Client = keyof typeof users;

const clients = Object.keys(users) as Client[];
/** Nobody but the user may read a key or a token. */
const SECRET_MODE = 0o600;

/** What the API server shows and whom it lets in, of an authority that is not its own; PEM. */
export interface ServingCertificates {
    readonly certificate: string;
    readonly key: string;
    /** Signed the certificate, and signs those of clients. */
    readonly authority: string;
}

/** Files and tokens of one control plane, in its folder. */
export class Credentials {
    /** Signs the tokens of service accounts. */
    readonly serviceAccountKey: string;
    readonly tokenFile: string;
    readonly tokens: Readonly<Record<Client, string>>;
    /** Where the API server puts its certificate. */
    readonly certificateFolder: string;
    /** Its certificate and the one that signed it; there as soon as the API server has started. */
    readonly certificate: string;
    /** File with the authority of clients that show a certificate; undefined where none do. */
    readonly clientAuthority: string | undefined;

    constructor(
        private readonly folder: string,
        serving?: ServingCertificates,
    ) {
        this.serviceAccountKey = path.join(folder, "service-account.key");
        this.tokenFile = path.join(folder, "tokens.csv");
        this.certificateFolder = path.join(folder, "tls");
        this.certificate = path.join(this.certificateFolder, "apiserver.crt");
        this.clientAuthority = serving === undefined ? undefined : this.writeServing(serving);
        const random = clients.map((client) => [client, randomBytes(24).toString("hex")]);
        this.tokens = Object.fromEntries(random) as Record<Client, string>;
        // SEC 1: from the one file the API server also reads the public key.
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        this.write(
            this.serviceAccountKey,
            privateKey.export({ type: "sec1", format: "pem" }).toString(),
        );
        const lines = clients.map(
            (client) =>
                `${this.tokens[client]},${users[client].name},${users[client].name},${users[client].group}\n`,
        );
        this.write(this.tokenFile, lines.join(""));
    }

    /** Path of a client's kubeconfig. */
    kubeconfig(client: Client): string {
        return path.join(this.folder, `${client}.kubeconfig`);
    }

    /**
     * Writes every client's kubeconfig, as soon as there is a certificate. Their context is named
     * after the folder, so that nobody takes it for a cluster of theirs.
     */
    writeKubeconfigs(server: string): void {
        const name = path.basename(this.folder);
        const authority = fs.readFileSync(this.certificate).toString("base64");
        const cluster = { server, "certificate-authority-data": authority };
        for (const client of clients) {
            // JSON is YAML.
            const content = JSON.stringify({
                apiVersion: "v1",
                kind: "Config",
                clusters: [{ name, cluster }],
                users: [{ name: client, user: { token: this.tokens[client] } }],
                contexts: [{ name, context: { cluster: name, user: client } }],
                "current-context": name,
            });
            this.write(this.kubeconfig(client), content);
        }
    }

    /** The API server takes the pair that is in its folder and makes none (`--cert-dir`). */
    private writeServing({ certificate, key, authority }: ServingCertificates): string {
        fs.mkdirSync(this.certificateFolder, { recursive: true });
        this.write(this.certificate, certificate + authority);
        this.write(path.join(this.certificateFolder, "apiserver.key"), key);
        const file = path.join(this.folder, "client-authority.crt");
        this.write(file, authority);
        return file;
    }

    private write(file: string, content: string): void {
        fs.writeFileSync(file, content, { mode: SECRET_MODE });
    }
}
