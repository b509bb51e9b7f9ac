/** Serves the provider of CRDs to the engine that started this process. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CrdProvider } from "./provider";
import { toService } from "./service";

const server = new Server();
server.addService(ResourceProviderService, toService(new CrdProvider()));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
        process.stderr.write(`The provider of CRDs cannot listen: ${error.message}\n`);
        process.exit(1);
    }
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
});
// An engine that was killed cannot end its plugins, but its end of this pipe is closed.
process.stdin.on("end", () => {
    process.exit(0);
});
process.stdin.resume();
