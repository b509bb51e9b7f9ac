/** Texts that only secrets look like, wherever they stand: tokens, private keys, URLs that open. Pure. */
import { isReference, looksRandom } from "./values";

interface Shape {
    readonly what: string;
    readonly pattern: RegExp;
    /** Whether what was found is one; it gets the groups of the match. */
    readonly accept?: (...groups: readonly string[]) => boolean;
    /** Documentation shows these with made-up values, so comments do not count. */
    readonly shownInComments?: boolean;
}

/** Passwords that stand for one that is given elsewhere, or that hide it. */
function isWrittenOut(password: string): boolean {
    return !/^(?:[$<{*%[]|x+$|\.+$)/i.test(password) && !isReference(password);
}

/** Documents show identifiers that repeat one character: `XXXXXXXX`, `00000000`. */
function isNoExample(identifier: string): boolean {
    // Of a URL the longest part of the path; a token is one part.
    const [first = "", ...path] = identifier.split(/[/=?&]/);
    const longest = path.reduce(
        (long, part) => (part.length > long.length ? part : long),
        path.length > 0 ? "" : first,
    );
    return new Set(longest.toLowerCase()).size > 4 && !/[<$]|\{\{/.test(identifier);
}

const TOKENS: readonly (readonly [RegExp, string])[] = [
    [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g, "a private key"],
    [/\bPuTTY-User-Key-File-\d/g, "a private key"],
    [/\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g, "a private key"],
    [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, "an AWS access key"],
    [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})/g, "a GitHub token"],
    [/\bgl(?:pat|dt|rt|ptt|soat|cbt|ft|agent)-[\w-]{20}/g, "a GitLab token"],
    [/\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}/g, "a Slack token"],
    [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, "a signed token"],
    [/\bAIza[\w-]{35}\b/g, "a Google API key"],
    [/\bya29\.[\w-]{20,}/g, "a Google token"],
    [/\bsk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9][\w-]{30,}/g, "an API key"],
    [/\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g, "a Stripe key"],
    [/\bSG\.[\w-]{16,}\.[\w-]{16,}/g, "a SendGrid key"],
    [/\bnpm_[A-Za-z0-9]{36}\b/g, "an npm token"],
    [/\bpypi-AgE[\w-]{40,}/g, "a PyPI token"],
    [/\bdckr_pat_[\w-]{20,}/g, "a Docker token"],
    [/\bhv[sbr]\.[\w-]{20,}/g, "a Vault token"],
    [/\btskey-(?:auth|api|client)-[\w-]{10,}/g, "a Tailscale key"],
    [/\bgl(?:sa|c)_[A-Za-z0-9+/=_]{30,}/g, "a Grafana token"],
    [/\bhf_[A-Za-z0-9]{30,}/g, "a Hugging Face token"],
    [/\bdo[opr]_v1_[a-f0-9]{40,}/g, "a DigitalOcean token"],
    [/\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g, "a Shopify token"],
    [/\b[\w.-]+@[\w.-]+![\w.-]+=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "a Proxmox token"],
    [/\b\d{8,10}:AA[\w-]{33}\b/g, "a Telegram token"],
];

const TOKEN_SHAPES: readonly Shape[] = TOKENS.map(([pattern, what]) => ({
    pattern,
    what,
    accept: isNoExample,
}));

const SHAPES: readonly Shape[] = [
    {
        what: "a private key",
        pattern: /\bLS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}/g,
        accept: (text) =>
            Buffer.from(text.slice(0, 80), "base64").toString("latin1").includes("PRIVATE KEY"),
    },
    {
        what: "a URL with a password",
        pattern:
            /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`$<>]*:([^\s/@"'`]+(?:@[^\s/@"'`]+)*)@[a-z0-9[$]/gi,
        accept: (_text, password = "") => isWrittenOut(password),
        shownInComments: true,
    },
    {
        what: "a connection string with a password",
        // Go's MySQL driver, and Oracle's thin client.
        pattern:
            /(?:^|[\s"'=])[\w.-]+:([^\s@/:"']+)@(?:tcp|udp|unix)\(|\bjdbc:oracle:\w+:[\w.-]+\/([^\s@/"']+)@/g,
        accept: (_text, first = "", second = "") => isWrittenOut(first + second),
        shownInComments: true,
    },
    {
        what: "credentials in a header",
        pattern:
            /\bAuthorization["']?(?:\s*[:=,]\s*|\s+)["']?(?:Basic|Bearer|Token|ApiKey)\s+([^\s"'`\\]{6,})/gi,
        accept: (_text, value = "") => isWrittenOut(value),
        shownInComments: true,
    },
    {
        what: "a webhook URL that is a secret itself",
        pattern: new RegExp(
            [
                "hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/\\w+/[\\w/]+",
                "(?:discord|discordapp)\\.com/api/(?:v\\d+/)?webhooks/\\d+/[\\w-]+",
                "[\\w.-]+\\.webhook\\.office\\.com/webhookb2/[^\\s\"']+",
                "outlook\\.office(?:365)?\\.com/webhook/[^\\s\"']+",
                "api\\.telegram\\.org/bot\\d+:[\\w-]+",
                "chat\\.googleapis\\.com/v1/spaces/[^\\s\"']+[?&]token=[^\\s\"'&]+",
                "events\\.pagerduty\\.com/integration/\\w{20,}",
                "hooks\\.zapier\\.com/hooks/catch/\\d+/\\w+",
                "maker\\.ifttt\\.com/trigger/\\w+/(?:json/)?with/key/[\\w-]+",
                "open\\.(?:feishu\\.cn|larksuite\\.com)/open-apis/bot/v2/hook/[\\w-]+",
                "hc-ping\\.com/[0-9a-f-]{36}",
                "webexapis\\.com/v1/webhooks/incoming/\\w+",
                "alert\\.victorops\\.com/integrations/generic/\\d+/alert/[\\w-]+",
            ].join("|"),
            "gi",
        ),
        accept: isNoExample,
        shownInComments: true,
    },
    {
        what: "a webhook URL that is a secret itself",
        // Mattermost, Rocket.Chat and others: whoever knows the path may post.
        pattern:
            /https?:\/\/[\w.:-]+\/(?:[\w-]+\/)*(?:hooks?|webhooks?)\/(?:[\w-]+\/)*([\w-]{20,})/gi,
        accept: (_text, segment = "") => looksRandom(segment) && isNoExample(segment),
        shownInComments: true,
    },
    {
        what: "a URL with a key",
        pattern:
            /https?:\/\/[^\s"'<>]*[?&](?:sig|signature|key|apikey|token|auth|code)=([^\s"'&<>#]{16,})/gi,
        accept: (_text, value = "") => isWrittenOut(value) && looksRandom(value),
        shownInComments: true,
    },
    {
        what: "the digest of a password by a fast function",
        pattern:
            /\$apr1\$[./\w]{1,8}\$[./\w]{22}|\{S?SHA\}[A-Za-z0-9+/=]{27,}|\$1\$[./\w]{1,8}\$[./\w]{22}/g,
    },
];

/** Something that every shape has: most texts hold none, and reading it once tells. */
const HINT =
    /:\/\/|@(?:tcp|udp|unix)\(|jdbc:oracle|authorization|api\.telegram|hc-ping|apr1|SHA\}|\$1\$|LS0tLS1|\.(?:com|cn)\//i;
const TOKEN_HINT =
    /-----BEGIN|PuTTY-|AGE-SECRET|A[KS]IA|gh[pousr]_|github_pat|\bgl[a-z]{1,6}[-_]|\bxox|xapp-|eyJ|AIza|ya29|\bsk-|[rs]k_|SG\.|npm_|pypi-|dckr_|\bhv[sbr]\.|tskey|hf_|do[opr]_v1|shp[acs]|![\w.-]+=|:AA/;

/** Whether the place is in a line that is a comment. */
function isInComment(text: string, index: number): boolean {
    const start = text.lastIndexOf("\n", index - 1) + 1;
    return /^\s*(?:#|\/\/|;|<!--|\*\s)/.test(text.slice(start, index));
}

function has(text: string, { pattern, accept, shownInComments = false }: Shape): boolean {
    for (const match of text.matchAll(pattern)) {
        const isShown = shownInComments && isInComment(text, match.index);
        if (!isShown && (accept?.(...match) ?? true)) {
            return true;
        }
    }
    return false;
}

/** What secrets the text holds, by their shapes alone. */
export function secretShapes(text: string): string[] {
    const asked = [
        ...(TOKEN_HINT.test(text) ? TOKEN_SHAPES : []),
        ...(HINT.test(text) ? SHAPES : []),
    ];
    return [...new Set(asked.filter((shape) => has(text, shape)).map(({ what }) => what))];
}
