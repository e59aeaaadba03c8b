package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading what nft and the writer put into a table. */
@Tag("system")
class NftReaderIT {

    private NetworkNamespace namespace;
    private NftReader reader;

    @BeforeEach
    void enter() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(SCRIPT);
        reader = namespace.call(NftReader::new);
    }

    @AfterEach
    void leave() {
        reader.close();
        namespace.close();
    }

    @Test
    void elements_addedByNft_haveKeyDataAndTimes() throws Exception {
        namespace.nft("add element inet door dnat4 { 192.0.2.1 . 198.51.100.1 . 2000 timeout 60s : 203.0.113.9 . 2001 }");
        var elements = reader.elements(DNAT_4);
        assertThat(elements.whole()).isTrue();
        assertThat(elements.elements()).singleElement().satisfies(element -> {
            assertThat(element.key()).isEqualTo(key4(2000));
            assertThat(element.data()).isEqualTo(NftValue.of(address("203.0.113.9")).port(2001));
            assertThat(element.timeout()).isEqualTo(Duration.ofSeconds(60));
            assertThat(element.expiration()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
            var key = element.key().fields();
            assertThat(key.ipv4()).isEqualTo(address("192.0.2.1"));
            assertThat(key.ipv4()).isEqualTo(address("198.51.100.1"));
            assertThat(key.port()).isEqualTo(2000);
        });
    }

    @Test
    void elements_ofASetWithALimit_haveNoData() throws Exception {
        namespace.nft("add element inet door pin6 { 2001:db8::1 . 2001:db8::2 . 2000 timeout 60s }");
        assertThat(reader.elements(PIN_6).elements()).singleElement().satisfies(element -> {
            assertThat(element.key()).isEqualTo(key6(2000));
            assertThat(element.data()).isNull();
        });
    }

    @Test
    void elements_thatNeedManyMessages_areAllThere() throws Exception {
        try (var writer = namespace.call(() -> new NftWriter(new NftWriter.Settings()))) {
            for (int from = 1; from <= 20_000; from += 200) {
                writer.submit(
                        new NftTransaction(IntStream.range(from, from + 200).<NftChange>mapToObj(port -> id4(port, port)).toList()),
                        outcome -> {});
            }
        }
        var elements = reader.elements(ID_4);
        assertThat(elements.whole()).isTrue();
        assertThat(elements.elements()).hasSize(20_000)
                .allSatisfy(element -> assertThat(element.data()).isEqualTo(NftValue.ofMark(port(element))))
                .extracting(NftReader.Element::key).doesNotHaveDuplicates();
    }

    @Test
    void elements_ofASetThatIsNotThere_areAnError() throws Exception {
        assertThatThrownBy(() -> reader.elements(set("nosuch")))
                .isInstanceOfSatisfying(NetlinkException.class, refused -> {
                    assertThat(refused.error().errno()).isEqualTo(Errno.ENOENT);
                    assertThat(refused).hasMessageStartingWith("Cannot list set door nosuch: ENOENT");
                });
        assertThat(reader.elements(PIN_4).elements()).isEmpty();
    }

    @Test
    void counters_ofATable_haveTheirPackets() throws Exception {
        assertThat(reader.counters(NAME)).containsOnlyKeys("used", "strangers")
                .containsEntry("strangers", new NftReader.Counter(0, 0));
        namespace.call(() -> {
            try (var listener = new ServerSocket(5000); var client = new Socket()) {
                client.connect(new InetSocketAddress("127.0.0.1", 5000));
                listener.accept().close();
                return null;
            }
        });
        var counted = reader.counters(NAME);
        assertThat(counted.get("strangers")).isNotNull().satisfies(strangers -> {
            // SYN and ACK at least, IP headers included.
            assertThat(strangers.packets()).isBetween(2L, 4L);
            assertThat(strangers.bytes()).isBetween(60L + 52, 4L * 60);
        });
        assertThat(counted.get("used")).isEqualTo(new NftReader.Counter(0, 0));
        assertThat(reader.counters("nosuch")).isEmpty();
    }

    @Test
    void fingerprint_whenOnlyElementsChange_staysTheSame() throws Exception {
        var before = reader.fingerprint(NAME);
        assertThat(before).hasValueSatisfying(print -> assertThat(print.rules()).isEqualTo(3));
        namespace.nft("add element inet door small { 1 }");
        namespace.nft("table inet other { chain c { type filter hook output priority 0; accept\n }\n }");
        assertThat(reader.fingerprint(NAME)).isEqualTo(before);
    }

    @Test
    void fingerprint_whenSomebodyMeddles_isAnother() throws Exception {
        var before = reader.fingerprint(NAME);
        for (var meddling : List.of(
                "flush table inet door",
                "insert rule inet door out accept",
                "add chain inet door other",
                "delete table inet door\n" + SCRIPT)) {
            namespace.nft(meddling);
            var after = reader.fingerprint(NAME);
            assertThat(after).as(meddling).isPresent().isNotEqualTo(before);
            before = after;
        }
        namespace.nft("flush ruleset");
        assertThat(reader.fingerprint(NAME)).isEmpty();
    }

    /** The descriptor of a socket that another thread waits on is closed only when that thread is out of it. */
    @Test
    void receive_thatWaits_endsWhenAnotherCloses() throws Exception {
        for (int round = 0; round < 100; round++) {
            var socket = namespace.call(() -> new NetlinkSocket(1 << 16));
            var received = CompletableFuture.supplyAsync(() -> {
                try {
                    return socket.receive(-1);
                } catch (NetlinkException refused) {
                    throw new AssertionError(refused);
                }
            });
            if (round % 2 == 0) {
                Thread.sleep(1);
            }
            socket.close();
            assertThat(received.get(5, TimeUnit.SECONDS)).isEqualTo(NetlinkSocket.CLOSED);
            socket.close();
        }
    }

    private static int port(NftReader.Element element) {
        try {
            var fields = element.key().fields();
            fields.ipv4();
            fields.ipv4();
            return fields.port();
        } catch (MalformedMessageException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
