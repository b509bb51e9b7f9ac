/** Reads registrations and sends a mail for each. */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { Counters } from "./counters";
import { type Environment, readFiles } from "./environment";
import { handle, type Surroundings } from "./handling";
import type { Mail } from "./mail";
import { Schemas } from "./schemas";
import { endInOrder, log, serve } from "./service";
import { inSpan, startTracing } from "./tracing";
import { TRACE_HEADER } from "./trace-context";

const HANDLED = "kafka_demo_registrations_handled_total";
const SECONDS = "kafka_demo_handling_seconds";

/** How mails leave: by the site's server, or into the log where it has none. */
function mailer({ mail }: Environment): (mail: Mail) => Promise<void> {
    if (mail === undefined) {
        return ({ messageId }) => {
            log(`mail ${messageId} is not sent: the site has no mail server`);
            return Promise.resolve();
        };
    }
    const { host, port, from, username, passwordFile } = mail;
    const transport = createTransport({
        host,
        port,
        // 465 speaks TLS from the first byte, 587 begins it by STARTTLS and must.
        secure: port === 465,
        requireTLS: true,
        auth: { user: username, pass: readFileSync(passwordFile, "utf8").trim() },
        connectionTimeout: 10_000,
    });
    return async (letter) => {
        await transport.sendMail({ from, ...letter });
    };
}

/** Runs until it is told to end. */
export async function consume(own: Environment): Promise<void> {
    // An ES module, which TypeScript does not let a CommonJS one name at its top.
    const client = await import("@platformatic/kafka");
    const { Consumer, MessagesStreamFallbackModes, MessagesStreamModes } = client;
    const { ProduceAcks, Producer, stringDeserializers, stringSerializers } = client;
    const schemas = new Schemas(own.registry, fetch);
    const { topic, deadLetters, group, traces, domain } = own;
    const counters = new Counters();
    const tracing = startTracing("kafka-demo-consumer", traces);
    const connection = {
        clientId: "kafka-demo-consumer",
        bootstrapBrokers: [...own.brokers],
        tls: readFiles(own.certificate),
        retries: 5,
    };
    const producer = new Producer({
        ...connection,
        serializers: { ...stringSerializers, value: (value?: Buffer) => value },
        acks: ProduceAcks.ALL,
    });
    const consumer = new Consumer({
        ...connection,
        groupId: group,
        deserializers: { ...stringDeserializers, value: (value?: Buffer) => value },
    });
    ["sent", "dead", "failed"].forEach((outcome) => {
        counters.declare(HANDLED, { outcome });
    });
    const surroundings: Surroundings = {
        domain,
        send: mailer(own),
        schema: (id) => schemas.byId(id),
        wait: (milliseconds) => wait(milliseconds),
        bury: async ({ key, value, reason }) => {
            await producer.send({
                messages: [{ topic: deadLetters, key, value, headers: { reason } }],
            });
        },
    };
    let isReady = false;
    const server = serve({ port: own.port, counters, isReady: () => isReady });
    const stream = await consumer.consume({
        topics: [topic],
        // Its place is kept only when a record is handled: one that is not comes again.
        autocommit: false,
        mode: MessagesStreamModes.COMMITTED,
        fallbackMode: MessagesStreamFallbackModes.EARLIEST,
        sessionTimeout: 30_000,
        heartbeatInterval: 3000,
    });
    endInOrder(own.certificate, async () => {
        server.close();
        await stream.close();
        await consumer.close();
        await producer.close();
        await tracing.stop();
    });
    isReady = true;
    log("reads registrations");
    for await (const message of stream) {
        const started = performance.now();
        const parent = message.headers.get(TRACE_HEADER);
        try {
            const outcome = await inSpan(
                tracing,
                { name: `process ${topic}`, kind: "consumer", parent },
                () => handle({ key: message.key, value: message.value }, surroundings),
            );
            counters.count(HANDLED, { outcome });
            counters.observe(SECONDS, (performance.now() - started) / 1000);
            await message.commit();
        } catch (error) {
            counters.count(HANDLED, { outcome: "failed" });
            throw error;
        }
    }
}
