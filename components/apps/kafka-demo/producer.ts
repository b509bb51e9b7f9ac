/** Takes registrations and writes them into the topic. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Counters } from "./counters";
import { type Environment, readFiles } from "./environment";
import { readApplicant, type Registration, registrationSchema, subject } from "./registration";
import { checkOf, framed, Schemas } from "./schemas";
import { endInOrder, log, serve } from "./service";
import { inSpan, startTracing } from "./tracing";
import { TRACE_HEADER, writeTrace } from "./trace-context";

const REQUESTS = "kafka_demo_requests_total";
const SECONDS = "kafka_demo_request_seconds";
const LONGEST_BODY = 16_384;

async function bodyOf(request: IncomingMessage): Promise<string> {
    let text = "";
    for await (const part of request.setEncoding("utf8")) {
        text += String(part);
        if (text.length > LONGEST_BODY) {
            return "";
        }
    }
    return text;
}

/** Runs until it is told to end. */
export async function produce(own: Environment): Promise<void> {
    // An ES module, which TypeScript does not let a CommonJS one name at its top.
    const { ProduceAcks, Producer, stringSerializers } = await import("@platformatic/kafka");
    const { topic, traces, everySeconds } = own;
    const counters = new Counters();
    const tracing = startTracing("kafka-demo-producer", traces);
    const producer = new Producer({
        clientId: "kafka-demo-producer",
        bootstrapBrokers: [...own.brokers],
        tls: readFiles(own.certificate),
        serializers: { ...stringSerializers, value: (value?: Buffer) => value },
        // Every replica that is in sync has it before somebody is told that it is written.
        acks: ProduceAcks.ALL,
        idempotent: true,
        retries: 5,
    });
    const schema = JSON.stringify(registrationSchema);
    const check = checkOf(schema);
    // Who could not name its schema would write what nobody can read.
    const id = await new Schemas(own.registry, fetch).idOf(subject(topic), schema);
    let isReady = false;
    ["201", "400", "503"].forEach((status) => {
        counters.declare(REQUESTS, { status });
    });

    const write = (registration: Registration) => {
        const text = JSON.stringify(registration);
        const fault = check(text);
        if (fault !== undefined) {
            throw new Error(`A registration is not as its schema says: ${fault}`);
        }
        return inSpan(tracing, { name: `send ${topic}`, kind: "producer" }, async (span) => {
            await producer.send({
                messages: [
                    {
                        topic,
                        key: registration.id,
                        value: framed(id, text),
                        headers: { [TRACE_HEADER]: writeTrace(span.spanContext()) },
                    },
                ],
            });
            isReady = true;
        });
    };
    const register = async (of: Pick<Registration, "email" | "name">) =>
        write({ ...of, id: randomUUID(), at: new Date().toISOString() });

    const answer = async (request: IncomingMessage, response: ServerResponse) => {
        const started = performance.now();
        const end = (status: number, text: string) => {
            counters.count(REQUESTS, { status: String(status) });
            counters.observe(SECONDS, (performance.now() - started) / 1000);
            response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
        };
        if (request.method !== "POST" || request.url !== "/registrations") {
            end(404, "POST /registrations\n");
            return;
        }
        const read = readApplicant(await bodyOf(request));
        if ("fault" in read) {
            end(400, `${read.fault}\n`);
            return;
        }
        try {
            await register(read.value);
            end(201, "registered\n");
        } catch (error) {
            log("a registration could not be written", error);
            end(503, "try again\n");
        }
    };

    const server = serve({ port: own.port, counters, isReady: () => isReady, answer });
    const timer =
        everySeconds > 0
            ? setInterval(() => {
                  register({ email: `visitor@${own.domain}`, name: "Visitor" }).catch(
                      (error: unknown) => {
                          log("a registration could not be written", error);
                      },
                  );
              }, everySeconds * 1000)
            : undefined;
    endInOrder(own.certificate, async () => {
        clearInterval(timer);
        server.close();
        await producer.close();
        await tracing.stop();
    });
    await producer.metadata({ topics: [topic] });
    isReady = true;
    log("takes registrations");
}
