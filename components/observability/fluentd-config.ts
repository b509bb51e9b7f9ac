/** What Fluentd v1.19 is told, in its own language. Pure. */
import { dataStream } from "./evidence";
import { rubyRedaction } from "./redaction-onigmo";

export const fluentdPorts = { forward: 24_224, syslog: 5140, metrics: 24_231 } as const;

/** Where what is under way lies, on a volume. */
const BUFFERS = "/var/log/fluent";
/** Where the authority of Elasticsearch's certificate lies. */
export const AUTHORITY_FOLDER = "/etc/elasticsearch-authority";
/** Variables with what it signs on to Elasticsearch with. */
export const elasticVariables = { user: "ELASTIC_USER", password: "ELASTIC_PASSWORD" } as const;

/** Where lines go. */
export interface FluentdTargets {
    /** Host name and port of Elasticsearch, which is always there with HTTPS. */
    readonly elasticsearch: { readonly host: string; readonly port: number };
    /** Address of Loki, for what nobody else brings there. */
    readonly loki: string;
}

/** What comes in: machines through Fluent Bit, and the Proxmox hosts themselves. */
const SOURCES = `<source>
  @type forward
  @id machines
  bind 0.0.0.0
  port ${fluentdPorts.forward}
  @label @MACHINES
</source>
<source>
  @type syslog
  @id hosts
  bind 0.0.0.0
  port ${fluentdPorts.syslog}
  tag host
  severity_key severity
  facility_key facility
  emit_unmatched_lines true
  <transport tcp>
  </transport>
  <parse>
    message_format auto
    with_priority true
  </parse>
  @label @HOSTS
</source>
<source>
  @type prometheus
  bind 0.0.0.0
  port ${fluentdPorts.metrics}
</source>
<source>
  @type prometheus_output_monitor
  interval 15
</source>
`;

/**
 * A buffer on the volume. When it is full nothing more is taken in: who sends waits with what it has.
 *
 * @param limits what else it holds to
 */
function buffer(id: string, limits: string): string {
    return `<buffer>
      @type file
      path ${BUFFERS}/${id}
      flush_at_shutdown true
      flush_interval 5s
      retry_forever true
      retry_max_interval 60s
      overflow_action block
      ${limits}
    </buffer>`;
}

/** Documents are only added; what Elasticsearch refuses for good is said in the log. */
function toElasticsearch(
    kind: "machine" | "host",
    { elasticsearch: { host, port } }: FluentdTargets,
    element: "match **" | "store",
): string {
    const [name = ""] = element.split(" ");
    return `<${element}>
    @type elasticsearch
    @id elasticsearch_${kind}
    host ${host}
    port ${port}
    scheme https
    ca_file ${AUTHORITY_FOLDER}/ca.crt
    user "#{ENV['${elasticVariables.user}']}"
    password "#{ENV['${elasticVariables.password}']}"
    index_name ${dataStream(kind)}
    write_operation create
    include_timestamp true
    suppress_type_name true
    verify_es_version_at_startup false
    default_elasticsearch_version 9
    reload_connections false
    reconnect_on_error true
    reload_on_failure true
    log_es_400_reason true
    ${buffer(`elasticsearch_${kind}`, "chunk_limit_size 4m\n      total_limit_size 512m")}
  </${name}>`;
}

/** What machines say goes to Elasticsearch; Fluent Bit has brought it to Loki itself. */
const machines = (targets: FluentdTargets) => `<label @MACHINES>
  <filter **>
    @type record_transformer
    enable_ruby true
    remove_keys node
    <record>
      host \${{ "name" => record["node"].to_s }}
      message \${${rubyRedaction('record["message"]')}}
    </record>
  </filter>
  ${toElasticsearch("machine", targets, "match **")}
</label>
`;

/**
 * What the hosts say goes to both stores. Loki takes one JSON document in a request, and none of the
 * plugins in the image writes another one: so each line is a request, of which there are few.
 */
const hosts = (targets: FluentdTargets) => `<label @HOSTS>
  <filter **>
    @type record_transformer
    enable_ruby true
    renew_record true
    <record>
      host \${{ "name" => record["host"].to_s }}
      program \${record["ident"]}
      pid \${record["pid"]}
      severity \${record["severity"]}
      facility \${record["facility"]}
      message \${${rubyRedaction('(record["message"] || record["unmatched_line"])')}}
    </record>
  </filter>
  <match **>
    @type copy
    ${toElasticsearch("host", targets, "store")}
    <store>
      @type relabel
      @label @HOSTS_TO_LOKI
    </store>
  </match>
</label>
<label @HOSTS_TO_LOKI>
  <filter **>
    @type record_transformer
    enable_ruby true
    renew_record true
    <record>
      streams \${[{ "stream" => { "source" => "host", "node" => record["host"]["name"], "service" => record["program"].to_s }, "values" => [[(time.to_r * 1_000_000_000).to_i.to_s, record["message"].to_s]] }]}
    </record>
  </filter>
  <match **>
    @type http
    @id loki_host
    endpoint ${targets.loki}/loki/api/v1/push
    content_type application/json
    json_array false
    error_response_as_unrecoverable false
    retryable_response_codes 429, 500, 502, 503, 504
    <format>
      @type json
    </format>
    ${buffer("loki_host", "chunk_limit_records 1\n      total_limit_size 4m")}
  </match>
</label>
`;

/** The files of the configuration, in the order of their names. */
export function fluentdFiles(targets: FluentdTargets): Readonly<Record<string, string>> {
    return {
        "01_sources.conf": SOURCES,
        "02_machines.conf": machines(targets),
        "03_hosts.conf": hosts(targets),
        // The chart has a file of this name, which would send everything elsewhere.
        "02_filters.conf": "",
        "03_dispatch.conf": "",
        "04_outputs.conf": "",
    };
}
