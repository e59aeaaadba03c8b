package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Input;
import dev.sallyport.session.TlsFailure;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** TLS on both control connections of a session that ends it, and what may be said there. */
final class FuzzedTls {

    private static final TlsPeer PEER = new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, "CN=x");

    /** What the gateway itself says to a server about TLS; what a client says of it is not for the server. */
    private static final Set<String> OWN = Set.of("AUTH TLS", "PBSZ 0", "PROT P", "PROT C");
    private static final Pattern OF_TLS = Pattern.compile("\\s*(AUTH|PBSZ|PROT|CCC)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern LOGIN = Pattern.compile("\\s*(USER|PASS|ACCT)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ABOR = Pattern.compile("ABOR", Pattern.CASE_INSENSITIVE);
    /** Mechanisms that promise protected data with the control connection. */
    private static final Set<String> AT_ONCE = Set.of("234 AUTH SSL successful.", "234 AUTH TLS-P successful.");

    private static final String MARK = "XBEFORE";

    private enum Stage {
        CLEAR,
        BEGINS,
        STANDS,
        ENDS,
        BROKEN
    }

    private final Ended policy;
    private final Map<Side, Stage> stages = new EnumMap<>(Map.of(Side.CLIENT, Stage.CLEAR, Side.SERVER, Stage.CLEAR));
    /** What the client was promised for its data connections. */
    private boolean clientPrivate;
    /** Whether each reply comes before the next command goes on: one to ABOR may never come, and what was promised is told late then. */
    private boolean inOrder = true;
    /** How many marked lines were said so far, and of each side those that its TLS has made void. */
    private int marked;
    private final Map<Side, Integer> voidBelow = new EnumMap<>(Map.of(Side.CLIENT, 0, Side.SERVER, 0));
    /** A last word is under way to a client with whom TLS begins or ends: it is closed. */
    private boolean goodbye;

    private FuzzedTls(Ended policy) {
        this.policy = policy;
    }

    /** Two bits for each part of the policy; null where that is none. */
    static @Nullable FuzzedTls drawn(byte bits) {
        try {
            return new FuzzedTls(new Ended(
                    Client.values()[bits & 3], Server.values()[bits >> 2 & 3],
                    ClientData.values()[(bits >> 4 & 3) % 3], ServerData.values()[(bits >> 6 & 3) % 3]));
        } catch (IllegalArgumentException nobodyHasTls) {
            return null;
        }
    }

    Ended policy() {
        return policy;
    }

    /** A line that nobody may hear once TLS has begun, or ended, behind it: such a verb, or such a text of a reply. */
    String mark() {
        return MARK + ++marked;
    }

    private void assertNotVoid(Side by, String line) {
        var at = line.indexOf(MARK);
        if (at >= 0 && marked > 0) {
            assertThat(Integer.parseInt(line.substring(at + MARK.length()))).as("said before TLS: %s", line).isGreaterThan(voidBelow.get(by));
        }
    }

    private boolean is(Side side, Stage stage) {
        return stages.get(side) == stage;
    }

    // ---- What happens ----

    /** TLS with one side stands, or has gone. @param wanted whose @return null where nothing is under way */
    @Nullable Input succeeds(Side wanted) {
        var side = is(wanted, Stage.BEGINS) || is(wanted, Stage.ENDS) ? wanted : wanted.other();
        if (is(side, Stage.BEGINS)) {
            stages.put(side, Stage.STANDS);
            return new Input.Secured(side, PEER);
        }
        if (is(side, Stage.ENDS)) {
            stages.put(side, Stage.CLEAR);
            return new Input.Unsecured(side);
        }
        return null;
    }

    /** It fails, or what stands is broken. */
    @Nullable Input fails(Side side, int reason) {
        if (is(side, Stage.CLEAR) || is(side, Stage.BROKEN)) {
            return null;
        }
        stages.put(side, Stage.BROKEN);
        return new Input.SecureFailed(side, TlsFailure.values()[reason % TlsFailure.values().length], "as it may");
    }

    // ---- What the engine wants ----

    void begins(Side side) {
        voidBelow.put(side, marked);
        assertThat(stages.put(side, Stage.BEGINS)).as("%s before TLS begins", side).isEqualTo(Stage.CLEAR);
        assertThat(side == Side.CLIENT ? policy.client() != Client.NONE : policy.server() != Server.NONE).as("TLS of %s", side).isTrue();
    }

    void ends(Side side) {
        voidBelow.put(side, marked);
        assertThat(stages.put(side, Stage.ENDS)).as("%s before TLS ends", side).isEqualTo(Stage.STANDS);
        assertThat(side).isEqualTo(Side.CLIENT);
        assertThat(policy.client()).isEqualTo(Client.OFFERED);
    }

    /** Nothing of a client goes to the server before the TLS that the server is to have, nor a login before the client's own. */
    void toServer(String line) {
        assertNotVoid(Side.CLIENT, line);
        inOrder &= !ABOR.matcher(line).find();
        assertThat(stages.get(Side.SERVER)).as("TLS of the server, before %s", line).isIn(Stage.CLEAR, Stage.STANDS);
        if (OF_TLS.matcher(line).matches()) {
            assertThat(OWN).as("what a server is told of TLS").contains(line);
        }
        if (is(Side.SERVER, Stage.CLEAR) && !line.equals("AUTH TLS")) {
            assertThat(policy.server()).as("in clear: %s", line).isIn(Server.NONE, Server.AS_CLIENT);
            if (policy.server() == Server.AS_CLIENT) {
                assertThat(stages.get(Side.CLIENT)).as("in clear, with TLS of the client: %s", line).isEqualTo(Stage.CLEAR);
            }
        }
        if (LOGIN.matcher(line).matches() && (policy.client() == Client.REQUIRED || policy.client() == Client.IMPLICIT)) {
            assertThat(stages.get(Side.CLIENT)).as("TLS of the client, before %s", line).isEqualTo(Stage.STANDS);
        }
    }

    void toClient(String line) {
        assertNotVoid(Side.SERVER, line);
        assertThat(is(Side.CLIENT, Stage.BROKEN)).as("to a client whose TLS is broken: %s", line).isFalse();
        assertThat(is(Side.CLIENT, Stage.CLEAR) && policy.client() == Client.IMPLICIT).as("in clear: %s", line).isFalse();
        // A greeting that comes early waits within TLS.
        goodbye |= is(Side.CLIENT, Stage.BEGINS) && policy.client() != Client.IMPLICIT || is(Side.CLIENT, Stage.ENDS);
    }

    /** What the gateway promises is kept by every pinhole from then on. @param waiting those that a transfer may use */
    void promised(String line, List<DataProtection> waiting) {
        var before = clientPrivate;
        if (line.startsWith("234 AUTH ")) {
            // Behind CCC all begins anew.
            clientPrivate = AT_ONCE.contains(line) && policy.clientData() != ClientData.REFUSE;
        } else if (line.equals("200 Data connections are private.")) {
            clientPrivate = true;
        } else if (line.equals("200 Data connections are in clear.")) {
            clientPrivate = false;
        }
        if (before != clientPrivate && inOrder) {
            assertThat(waiting).as("protection of what was set up before %s", line).allMatch(by -> by.client() == clientPrivate);
        }
    }

    void asked(DataProtection protection) {
        var promised = inOrder ? clientPrivate : protection.client();
        assertThat(protection.client()).as("the client's data").isEqualTo(promised);
        assertThat(promised || policy.clientData() != ClientData.REQUIRE || !is(Side.CLIENT, Stage.STANDS))
                .as("PROT P is required").isTrue();
        assertThat(protection.server()).as("the server's data").isEqualTo(is(Side.SERVER, Stage.STANDS) && switch (policy.serverData()) {
            case PRIVATE -> true;
            case CLEAR -> false;
            case AS_CLIENT -> promised;
        });
    }

    void closed() {
        goodbye = false;
    }

    /** Behind a step. @param accepted of which sides a line would be taken */
    void rests(Set<Side> accepted) {
        assertThat(goodbye).as("a line while TLS begins or ends, and no end behind it").isFalse();
        assertThat(accepted).as("sides that are heard").allMatch(side -> is(side, Stage.CLEAR) || is(side, Stage.STANDS));
    }
}
