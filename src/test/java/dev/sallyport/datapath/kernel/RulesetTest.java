package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Gateway;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.datapath.kernel.RulesetSettings.Local;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

class RulesetTest {

    @Test
    void template_fillsValues_repeatsLists_andLeavesOut() {
        String template = """
                {{#each}}
                {{name}} of {{all}}
                {{#kept}}
                kept
                {{/kept}}
                {{/each}}
                {{^each}}
                none
                {{/each}}
                """;
        assertThat(RulesetTemplate.fill(template, Map.of("all", "$2", "each", List.of(
                Map.of("name", "one", "kept", true), Map.of("name", "two", "kept", false)))))
                .isEqualTo("one of $2\nkept\ntwo of $2\n");
        assertThat(RulesetTemplate.fill(template, Map.of("all", "2", "each", List.of()))).isEqualTo("none\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{unknown}}", "{{#kept}}\nopen", "{{/kept}}", "{{#kept}}\n{{#kept}}\n{{/kept}}"})
    void template_withAMistake_throws(String template) {
        assertThatThrownBy(() -> RulesetTemplate.fill(template, Map.of("kept", true))).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(Interception.class)
    void ruleset_rendered_hasNoPlaceholderLeft(Interception interception) {
        String ruleset = Ruleset.render(settings(gateway("one", interception, List.of("eth0"), null)));
        assertThat(ruleset).doesNotContain("{{").doesNotContain("}}");
        assertThat(ruleset.contains("tproxy ip to :2121")).isEqualTo(interception == Interception.TPROXY);
        assertThat(ruleset.contains("redirect to :2121")).isEqualTo(interception == Interception.REDIRECT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "                                    | { 2122-2129 }",
        "50000-50099                         | { 2122-2129, 50000-50099 }",
        "50000-50099, 50000-50099, 1500-1599 | { 1500-1599, 2122-2129, 50000-50099 }",
        "50000-50099, 50050-50060            | { 2122-2129, 50000-50099 }",
        "50000-50099, 50099-50199, 2125-2130 | { 2122-2130, 50000-50199 }",
    })
    void relaysPorts_areThoseOfDataAndOfPassiveRanges(@Nullable String passive, String expected) {
        var ranges = passive == null ? List.<PortRange>of() : Stream.of(passive.split(", ")).map(PortRange::parse).toList();
        assertThat(Ruleset.render(settings(relay(Interception.TPROXY, ranges)))).contains("th dport " + expected + " ");
        assertThat(Ruleset.render(settings(relay(Interception.REDIRECT, ranges)))).contains("tcp dport " + expected + " ");
        assertThat(Ruleset.render(settings(relay(Interception.NONE, ranges)))).doesNotContain(expected);
    }

    @Test
    void relayBesideTheKernel_letsPinholesGoFirst() {
        for (var interception : Interception.values()) {
            var alone = Ruleset.render(settings(gateway("one", interception, List.of(), null)));
            var both = Ruleset.render(settings(gateway("one", interception, Data.BOTH, List.of(), null)));
            assertThat(alone).contains("jump data_port").doesNotContain("own_listener", "shared_port", "{ 2122-2129 }");
            assertThat(both).contains("jump shared_port", "goto data_port").doesNotContain("jump data_port");
            switch (interception) {
                case TPROXY -> assertThat(both).containsSubsequence(
                        "th dport { 2122-2129 }", "jump own_listener", "chain own_listener {", "map @id4 return", "map @id6 return",
                        "socket transparent 1 socket mark");
                case REDIRECT -> assertThat(both).containsSubsequence(
                        "jump pinhole", "ct mark & 0x80000000 != 0 accept", "tcp dport { 2122-2129 } redirect");
                case NONE -> assertThat(both).doesNotContain("{ 2122-2129 }");
            }
        }
    }

    @Test
    void counters_haveTheirNamesInTheTemplate() {
        String ruleset = Ruleset.render(settings(gateway("one", Interception.TPROXY, List.of(), null)));
        for (var counter : RulesetCounter.values()) {
            assertThat(ruleset).contains("    counter " + counter.nftName() + " {");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eth 0", "\"", "eth0;", "a*b", "sixteencharacters", "{"})
    void interfaceName_thatIsNone_isRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> gateway("one", Interception.NONE, List.of(name), null));
    }

    @Test
    void settings_thatDoNotGoTogether_areRefused() {
        var local = new Local(List.of(), List.of(), 990);
        assertThatIllegalArgumentException().isThrownBy(() -> new Local(List.of(990L), List.of(), 990)).withMessageContaining("990");
        assertThatIllegalArgumentException().isThrownBy(() -> gateway("one", Interception.TPROXY, List.of(), local));
        assertThatIllegalArgumentException().isThrownBy(() -> gateway("a b", Interception.NONE, List.of(), null));
        var one = gateway("one", Interception.NONE, List.of(), null);
        assertThatIllegalArgumentException().isThrownBy(() -> settings(one, one)).withMessageContaining("one");
        assertThatIllegalArgumentException().isThrownBy(() -> new RulesetSettings(
                List.of(one), RulesetSettings.Wall.OPEN, 1, true, new PacketMark(1, 1), new PacketMark(3, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> new PacketMark(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PolicyRoutes(new PacketMark(1, 1), 254));
    }

    @Test
    void nft_notInstalled_saysWhatToInstall() {
        assertThatThrownBy(() -> new NftProgram("no-such-nft").check("")).isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-nft").hasMessageContaining("nftables");
    }

    private static RulesetSettings settings(Gateway... gateways) {
        return new RulesetSettings(
                List.of(gateways), RulesetSettings.Wall.CLOSED, 10, true,
                RulesetSettings.DEFAULT_INTERCEPT_MARK, RulesetSettings.DEFAULT_OWN_MARK);
    }

    private static Gateway relay(Interception interception, List<PortRange> passivePorts) {
        return new Gateway(
                "relay", interception, Data.RELAY, false, List.of(), List.of(), List.of(new Port(21)), new Port(2121), List.of(),
                List.of(), List.of(), List.of(), PortRange.parse("2122-2129"), PortRange.parse("32768-60999"), passivePorts, null);
    }

    private static Gateway gateway(String name, Interception interception, List<String> inside, @Nullable Local local) {
        return gateway(name, interception, Data.KERNEL, inside, local);
    }

    private static Gateway gateway(
            String name, Interception interception, Data data, List<String> inside, @Nullable Local local) {
        return new Gateway(
                name, interception, data, false, inside, List.of(), List.of(new Port(21)), new Port(2121), List.of(),
                List.of(), List.of(), List.of(), PortRange.parse("2122-2129"), PortRange.parse("32768-60999"), List.of(), local);
    }
}
