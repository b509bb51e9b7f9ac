import * as pulumi from "@pulumi/pulumi";

/** URL of the Image Factory (`talos:imageFactoryUrl`); default: https://factory.talos.dev. */
export const imageFactoryUrl: string | undefined = new pulumi.Config("talos").get(
    "imageFactoryUrl",
);
