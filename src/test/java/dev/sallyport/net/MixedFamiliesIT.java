package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Network.Topology;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An IPv6 client of an IPv4 server: the kernel translates nothing between the two, so transfers are refused and the rest goes on. */
@Tag("system")
@Timeout(60)
class MixedFamiliesIT {

    private static final String MIXED = """
            gateways:
              - name: mixed
                listen: "[::]:2121"
                intercept:
                  mode: redirect
                  addresses: ["%s"]
                  clientInterfaces: [client]
                  serverInterfaces: [server]
                server: %s
                dataPath: kernel
                dataPorts: 61000-61009
            """.formatted(Network.VIP.six(), Network.SERVER.four());

    @Test
    void transfers_inTheKernel_areRefused_andTheSessionGoesOn() throws Exception {
        try (var site = Site.build(Topology.VIP, MIXED);
                var client = PlainClient.login(site.network.client(), Network.CLIENT.six(), Network.VIP.six());
                var listener = client.listener()) {
            client.ask("EPSV", "425 Cannot open a data connection: The data path failed.");
            client.ask(PlainClient.activeCommand(listener).text(), "425 Cannot open a data connection: The data path failed.");
            client.ask("NOOP", "200 ");
            assertThat(RunningGateway.elements(site.network.gateway())).isEmpty();
        }
    }
}
