package dev.sallyport.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.PacketDecoder.Found;
import dev.sallyport.capture.Packets.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of connections, whatever became of their packets on the way. */
class TcpTrackerTest {

    private static final long SECOND = 1_000_000_000;

    private static final String TALK = """
            > 220 Ready
            < USER demo
            > 331 Password
            < PASS a long one, so that it takes several segments to bring it over
            > 230-Welcome
            > 230 In
            < QUIT
            > 221 Bye
            """;

    private final List<Stored> packets = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void talk_isToldInItsOrder() {
        talk(dialogue().open(), null).close();
        assertThat(tell(packets)).isEqualTo("opened whole\n" + TALK + "end of initiator\nend of responder\nCLOSED 68 41\n"
                .replace("68 41", sizes()));
    }

    @Test
    void packets_inOtherOrder_twice_andOverlapping_tellTheSame() {
        var random = new Random(3);
        for (var round = 0; round < 500; round++) {
            packets.clear();
            talk(dialogue().numbers(random.nextInt(), random.nextInt()).open(), random).close();
            var expected = "opened whole\n" + TALK + "end of initiator\nend of responder\nCLOSED " + sizes() + "\n";
            // The first decides where a connection begins; the last ends it.
            var middle = new ArrayList<>(packets.subList(1, packets.size()));
            for (var i = random.nextInt(20); i > 0; i--) {
                var copied = random.nextInt(middle.size());
                middle.add(copied + random.nextInt(middle.size() - copied), middle.get(copied));
            }
            for (var i = 0; i < middle.size(); i++) {
                Collections.swap(middle, i, Math.min(middle.size() - 1, i + random.nextInt(6)));
            }
            middle.addFirst(packets.getFirst());
            assertThat(tell(middle)).as("round %d", round).isEqualTo(expected);
        }
    }

    @Test
    void bytesThatAreMissing_areAGap_andNothingIsGuessed() {
        dialogue().open().say(Sender.RESPONDER, "220 Ready\r\n").skip(Sender.INITIATOR, 11)
                .say(Sender.RESPONDER, "331 Password\r\n").say(Sender.INITIATOR, "PASS x\r\n").close();
        assertThat(tell(packets)).isEqualTo("""
                opened whole
                > 220 Ready
                gap of 11 LOST by initiator
                > 331 Password
                < PASS x
                end of initiator
                end of responder
                CLOSED 19 25
                """);
    }

    @Test
    void gap_isToldAfterASecond_notOnlyAtTheEnd() {
        var dialogue = dialogue().open().skip(Sender.RESPONDER, 5).say(Sender.RESPONDER, "first\r\n");
        dialogue.at(dialogue.nanos() + 2 * SECOND).say(Sender.RESPONDER, "second\r\n");
        assertThat(tellOpen(packets)).isEqualTo("opened whole\ngap of 5 LOST by responder\n> first\n> second\n");
    }

    @Test
    void otherContentOfTheSameBytes_isAConflict_theFirstCounts() {
        dialogue().open().say(Sender.INITIATOR, "RETR good\r\n").again(Sender.INITIATOR, 11, "RETR evil\r\n")
                .again(Sender.INITIATOR, -4, "four").again(Sender.INITIATOR, -4, "FOUR").say(Sender.INITIATOR, "abcdEFGH\r\n");
        assertThat(tell(packets)).isEqualTo("""
                opened whole
                < RETR good
                conflict of initiator
                conflict of initiator
                conflict of initiator
                < abcdfour
                OPEN 21 0
                """);
    }

    @Test
    void keepAlive_isNoConflict() {
        dialogue().open().say(Sender.INITIATOR, "NOOP\r\n").again(Sender.INITIATOR, 1, "\0").again(Sender.INITIATOR, 1, "")
                .say(Sender.INITIATOR, "QUIT\r\n");
        assertThat(tell(packets)).isEqualTo("opened whole\n< NOOP\n< QUIT\nOPEN 12 0\n");
    }

    @Test
    void middleOfAConnection_isToldFromThere() {
        dialogue().numbers(77, 99).say(Sender.RESPONDER, "230 In\r\n").say(Sender.INITIATOR, "PWD\r\n").close();
        assertThat(tell(packets)).isEqualTo("""
                opened in the middle
                > 230 In
                < PWD
                end of initiator
                end of responder
                CLOSED 5 8
                """);
    }

    @Test
    void halfOfAConversation_isTold_withAGapOfTheOther() {
        dialogue().open().say(Sender.RESPONDER, "220 Ready\r\n").say(Sender.INITIATOR, "PWD\r\n")
                .say(Sender.RESPONDER, "257 /\r\n").close();
        packets.removeIf(packet -> packet.bytes()[26 + 3] == 10);
        assertThat(tell(packets)).isEqualTo("""
                opened whole
                > 220 Ready
                gap of 5 LOST by initiator
                > 257 /
                gap of 1 LOST by initiator
                end of responder
                OPEN 0 18
                """);
    }

    @Test
    void captureThatCutsPacketsOff_saysSo() {
        dialogue().open().say(Sender.RESPONDER, "220 Ready\r\n").say(Sender.RESPONDER, "more\r\n");
        assertThat(tell(packets.stream()
                .map(packet -> new Stored(
                        Arrays.copyOf(packet.bytes(), Math.min(packet.bytes().length, 61)), packet.bytes().length, packet.nanos()))
                .toList())).isEqualTo("opened whole\n> 220 Rea\ngap of 4 CUT_OFF by responder\n> more\nOPEN 0 17\n"
                .replace("> 220 Rea\n", "> 220 Rea|").replace("|", "\n"));
    }

    @Test
    void countsOfData_goOnBeyondFourGigabytes() {
        var dialogue = dialogue().numbers(-5, -7).open();
        for (var i = 0; i < 9; i++) {
            dialogue.say(Sender.RESPONDER, "x").skip(Sender.RESPONDER, 1 << 29);
        }
        dialogue.close();
        assertThat(tell(packets, false)).isEqualTo("opened whole\nCLOSED 0 " + (9 * ((1L << 29) + 1)) + "\n");
    }

    @Test
    void answerToSyn_behindTheEnd_stillTellsWhereTheCountBegins() {
        dialogue().open().say(Sender.RESPONDER, new byte[100]).close();
        packets.addAll(List.of(packets.remove(3), packets.remove(2), packets.remove(1)));
        assertThat(tell(packets, false)).isEqualTo("opened whole\nCLOSED 0 100\n");
    }

    @Test
    void wrap_changesNothingForWhatIsTold() {
        dialogue().numbers(-3, -5).open().say(Sender.RESPONDER, "220 Ready\r\n").say(Sender.INITIATOR, "QUIT\r\n").close();
        assertThat(tell(packets)).contains("> 220 Ready\n< QUIT\nend of initiator");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resets_areTakenFromWhoCouldSendThem(boolean forged) {
        var dialogue = dialogue().open().say(Sender.RESPONDER, "220 Ready\r\n");
        if (forged) {
            dialogue.write(Sender.INITIATOR, 0x7000_0000, Packets.RST, new byte[0]);
            dialogue.say(Sender.RESPONDER, "still here\r\n");
            assertThat(tell(packets)).endsWith("> still here\nOPEN 0 23\n");
        } else {
            dialogue.reset(Sender.INITIATOR);
            assertThat(tell(packets)).endsWith("> 220 Ready\nreset by initiator\nRESET 0 11\n");
        }
    }

    @Test
    void refusedAndRepeatedOpenings_areToldApart() {
        var dialogue = dialogue();
        dialogue.write(Sender.INITIATOR, 1, Packets.SYN, new byte[0]).write(Sender.INITIATOR, 1, Packets.SYN, new byte[0]);
        dialogue.numbers(2, 0).write(Sender.RESPONDER, 0, Packets.RST | Packets.ACK, new byte[0]);
        dialogue.numbers(3_000, 4_000).open().close();
        assertThat(tell(packets, false)).isEqualTo("opened whole\nREFUSED 0 0\nopened whole\nCLOSED 0 0\n");
    }

    @Test
    void captureThatHasEveryPacketTwice_hasEachConnectionOnce() {
        talk(dialogue().open(), null).close();
        packets.addAll(List.copyOf(packets));
        assertThat(tell(packets)).isEqualTo("opened whole\n" + TALK + "end of initiator\nend of responder\nCLOSED " + sizes() + "\n");
    }

    @Test
    void segmentWithAWrongChecksum_isTaken_onlyFromWhoNeverSentARightOne() {
        var dialogue = dialogue().open().say(Sender.INITIATOR, "evil\r\n").say(Sender.INITIATOR, "more\r\n");
        spoil(packets.get(3));
        assertThat(tell(packets)).contains("< evil\n");
        packets.clear();
        told.clear();
        dialogue.open().say(Sender.INITIATOR, "good\r\n").again(Sender.INITIATOR, 0, "evil\r\n").say(Sender.INITIATOR, "more\r\n");
        spoil(packets.get(4));
        assertThat(tell(packets)).contains("< good\n< more\n");
    }

    /** Writes a wrong checksum, none that a card would be left to fill in. */
    private static void spoil(Stored packet) {
        packet.bytes()[14 + 20 + 16] += 3;
        packet.bytes()[14 + 20 + 17] += 5;
    }

    private Dialogue dialogue() {
        return new Dialogue("192.0.2.10", 40_000, "198.51.100.20", 21, SECOND, packets);
    }

    private static Dialogue talk(Dialogue dialogue, @Nullable Random random) {
        TALK.lines().forEach(line -> {
            var sender = line.startsWith(">") ? Sender.RESPONDER : Sender.INITIATOR;
            var text = line.substring(2) + "\r\n";
            if (random == null) {
                dialogue.say(sender, text);
            } else {
                dialogue.say(sender, text, random);
            }
        });
        return dialogue;
    }

    private static String sizes() {
        return TALK.lines().filter(line -> line.startsWith("<")).mapToInt(String::length).sum() + " "
                + TALK.lines().filter(line -> line.startsWith(">")).mapToInt(String::length).sum();
    }

    private String tell(List<Stored> captured) {
        return tell(captured, true);
    }

    private String tell(List<Stored> captured, boolean bytes) {
        feed(captured, bytes).end();
        return told();
    }

    private String tellOpen(List<Stored> captured) {
        feed(captured, true);
        return told();
    }

    /** What one end said in a row stands in lines, however it came. */
    private String told() {
        var text = new StringBuilder();
        var last = "";
        for (var line : told) {
            var who = line.substring(0, 2);
            if ((who.equals("> ") || who.equals("< ")) && who.equals(last) && text.charAt(text.length() - 1) != '\n') {
                text.append(line.substring(2).replace("\r", ""));
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                    text.append('\n');
                }
                text.append(line.replace("\r", ""));
            }
            last = who;
        }
        return text.toString();
    }

    private TcpTracker feed(List<Stored> captured, boolean bytes) {
        told.clear();
        var decoder = new PacketDecoder();
        var segment = new TcpSegment();
        var tracker = new TcpTracker(new Teller(told, bytes));
        for (var packet : captured) {
            var found = decoder.decode(new Packet().set(packet.bytes(), packet.original(), packet.nanos(), Packets.ETHERNET), segment);
            assertThat(found).isEqualTo(Found.TCP);
            tracker.take(segment);
        }
        return tracker;
    }
}
