package dev.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class HostAddressesTest {

    @Test
    void addressesOfEveryInterface_areThisHosts_andOthersAreNot() throws Exception {
        try (var addresses = HostAddresses.watch()) {
            assertThat(addresses.contains(InetAddress.getByName("127.0.0.1"))).isTrue();
            assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)).isNotEmpty()
                    .allMatch(addresses::contains)
                    // As peers name them: without the interface that a link-local address belongs to.
                    .allMatch(address -> addresses.contains(bare(address)));
            assertThat(addresses.contains(InetAddress.getByName("203.0.113.77"))).isFalse();
            assertThat(addresses.contains(InetAddress.getByName("2001:db8::77"))).isFalse();
        }
    }

    private static InetAddress bare(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
