package dev.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @Test
    void addressesThatCannotBeReadAtTheStart_areNotTakenForNone() {
        assertThatThrownBy(() -> HostAddresses.watch(() -> {
            throw new SocketException("Permission denied");
        })).isInstanceOf(IOException.class)
                .hasMessage("cannot find out this host's own addresses, which no data connection may lead to: Permission denied");
    }

    @Test
    void addressesThatCannotBeReadLater_stayWhatTheyWere() throws Exception {
        var here = InetAddress.getByName("203.0.113.77");
        var readable = new AtomicBoolean(true);
        try (var addresses = HostAddresses.watch(() -> {
            if (!readable.get()) {
                throw new SocketException("Permission denied");
            }
            return Set.of(here);
        })) {
            readable.set(false);
            addresses.refresh();
            assertThat(addresses.contains(here)).isTrue();
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
