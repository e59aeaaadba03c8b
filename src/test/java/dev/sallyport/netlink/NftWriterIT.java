package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.netlink.NftOutcome.Committed;
import dev.sallyport.netlink.NftOutcome.Reason;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions against a real kernel; what they did, nft tells. */
class NftWriterIT extends WritingToATable {

    @Test
    void elements_ofEachKind_areListedByNft() throws Exception {
        assertThat(commit(
                        pin4(2000),
                        new NftChange.Add(PIN_6, key6(2001), LIFE),
                        id4(2002, 0x80000007),
                        new NftChange.Add(DNAT_4, key4(2003), NftValue.of(address("203.0.113.9")).port(2004), LIFE),
                        new NftChange.Add(DNAT_6, key6(2005), NftValue.of(address("2001:db8::9")).port(2006), LIFE),
                        new NftChange.Add(SNAT_4, NftValue.ofMark(0x80000008), NftValue.of(address("203.0.113.10")), LIFE)))
                .isEqualTo(Committed.COMMITTED);
        // The kernel gave each the set's own limit.
        assertThat(listed(PIN_4)).contains("192.0.2.1 . 198.51.100.1 . 2000 limit rate 1/day burst 1 packets timeout 600s");
        assertThat(listed(PIN_6)).contains("2001:db8::1 . 2001:db8::2 . 2001 limit rate 1/day");
        assertThat(listed(ID_4)).containsPattern("192.0.2.1 . 198.51.100.1 . 2002 timeout 600s expires \\S+ : 0x80000007");
        assertThat(listed(DNAT_4)).containsPattern("198.51.100.1 . 2003 timeout \\S+ expires \\S+ : 203.0.113.9 . 2004");
        assertThat(listed(DNAT_6)).containsPattern("2001:db8::2 . 2005 timeout \\S+ expires \\S+ : 2001:db8::9 . 2006");
        assertThat(listed(SNAT_4)).containsPattern("0x80000008 timeout \\S+ expires \\S+ : 203.0.113.10");
    }

    @Test
    void element_whoseTimeIsOver_isGone() throws Exception {
        assertThat(commit(new NftChange.Add(PIN_4, key4(2000), Duration.ofMillis(400)), pin4(2001)))
                .isEqualTo(Committed.COMMITTED);
        assertThat(listed(PIN_4)).contains(". 2000 ");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(listed(PIN_4)).doesNotContain(". 2000 ").contains(". 2001 "));
    }

    @Test
    void element_withoutItsOwnTimeout_hasTheSets() throws Exception {
        assertThat(commit(new NftChange.Add(PIN_4, key4(2000), null, null))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(PIN_4)).containsPattern("2000 limit rate 1/day burst 1 packets expires 29s");
    }

    /** Both ways of deleting what may not be there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletion_ofWhatIsThereAndWhatIsNot_commits(boolean mayDestroy) throws Exception {
        try (var one = writer(16, mayDestroy)) {
            assertThat(commit(one, pin4(2000), id4(2000, 1), pin4(2001))).isEqualTo(Committed.COMMITTED);
            assertThat(commit(
                            one,
                            new NftChange.Delete(PIN_4, key4(1999)),
                            new NftChange.Delete(PIN_4, key4(2000)),
                            new NftChange.Delete(ID_4, key4(2000)),
                            new NftChange.Delete(ID_4, key4(2001))))
                    .isEqualTo(Committed.COMMITTED);
            assertThat(listed(PIN_4)).doesNotContain(". 2000").contains(". 2001");
            assertThat(listed(ID_4)).doesNotContain(". 2000");
            assertThat(commit(one, new NftChange.Delete(PIN_4, key4(1998)))).isEqualTo(Committed.COMMITTED);
            assertThat(refused(commit(one, new NftChange.Delete(set("nosuch"), key4(1)))).reason())
                    .isEqualTo(Reason.TABLE_MISSING);
        }
    }

    @Test
    void element_deletedAndAddedTogether_isRenewed() throws Exception {
        assertThat(commit(id4(2000, 1))).isEqualTo(Committed.COMMITTED);
        assertThat(commit(new NftChange.Delete(ID_4, key4(2000)), id4(2000, 2))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(ID_4)).contains(": 0x00000002").doesNotContain(": 0x00000001");
    }

    @Test
    void transaction_withOneChangeRefused_isNotMadeAtAll() throws Exception {
        assertThat(commit(id4(2000, 1))).isEqualTo(Committed.COMMITTED);
        var refused = refused(commit(pin4(2000), pin4(2001), id4(2000, 2), pin4(2002)));
        assertThat(refused.reason()).isEqualTo(Reason.EXISTS);
        assertThat(refused.change()).isEqualTo(id4(2000, 2));
        assertThat(refused.error().errnoName()).isEqualTo("EEXIST");
        assertThat(refused.error()).asString()
                .startsWith("Cannot add 192.0.2.1 . 198.51.100.1 . 2000 : 0x00000002 to set door id4: EEXIST");
        assertThat(listed(PIN_4)).doesNotContain("192.0.2.1");
        assertThat(listed(ID_4)).contains(": 0x00000001");
    }

    @Test
    void table_thatSomebodyRemoved_isMissing() throws Exception {
        namespace.run("nft", "flush", "ruleset");
        var refused = refused(commit(pin4(2000)));
        assertThat(refused.reason()).isEqualTo(Reason.TABLE_MISSING);
        assertThat(refused.error().errno()).isEqualTo(Errno.ENOENT);
        assertThat(refused(commit(new NftChange.Delete(PIN_4, key4(1)))).reason()).isEqualTo(Reason.TABLE_MISSING);
        namespace.nft(SCRIPT);
        assertThat(commit(pin4(2000))).isEqualTo(Committed.COMMITTED);
    }

    @Test
    void element_thatTheSetCannotHold_isRefusedWithTheKernelsReason() throws Exception {
        var refused = refused(commit(new NftChange.Add(PIN_4, key6(2000), LIFE)));
        assertThat(refused.reason()).isEqualTo(Reason.OTHER);
        assertThat(refused.error().errnoName()).isEqualTo("EINVAL");
    }

    @Test
    void transactions_ofTheLargestSize_fit() throws Exception {
        var large = IntStream.rangeClosed(1, NftTransaction.MAX_CHANGES)
                .<NftChange>mapToObj(port -> new NftChange.Add(DNAT_6, key6(port), NftValue.of(address("2001:db8::9")).port(port), LIFE))
                .toList();
        assertThat(commit(large.toArray(NftChange[]::new))).isEqualTo(Committed.COMMITTED);
        assertThat(listed(DNAT_6)).contains("2001:db8::9 . 256");
    }
}
