/** Values that settings of the site and of systems have in common. The texts are what a user reads. */
import { z } from "zod";

const IPV4_OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${IPV4_OCTET}(\\.${IPV4_OCTET}){3}$`);
const CIDR = new RegExp(`^${IPV4_OCTET}(\\.${IPV4_OCTET}){3}/(3[0-2]|[12]?\\d)$`);
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

/** An IPv4 address. */
export const address = z.string().regex(IPV4, "an IPv4 address such as 192.168.68.101");
/** An IPv4 network. */
export const cidr = z.string().regex(CIDR, "an IPv4 network such as 192.168.68.0/24");
/** One label of a DNS name. */
export const dnsLabel = z
    .string()
    .regex(DNS_LABEL, "a DNS label: lower-case letters, digits and hyphens");
/** A DNS name of two labels or more. */
export const dnsName = z.string().regex(DNS_NAME, "a DNS name such as home.example.org");
/** A whole number from 1 on. */
export const positive = z.number().int().positive();
/** An address of the web, over TLS. */
export const httpsUrl = z.url({ protocol: /^https$/, error: "an https:// URL" });
