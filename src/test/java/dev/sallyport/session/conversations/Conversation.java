package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Received;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.Tally;
import dev.sallyport.session.conversations.Setting.Manners;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One conversation at random, all of it from one seed: client, server, data path and time take turns, and {@link Judge} looks
 * at every input and what came of it.
 */
final class Conversation {

    private final SplittableRandom random;
    private final Setting setting;
    private final SessionEngine engine;
    private final Wire client;
    private final Wire server;
    private final ClientActor clientActor;
    private final ServerActor serverActor;
    private final Doors doors;
    private final Judge judge;
    private final @Nullable StringBuilder trace;
    private long nowNanos;
    private long deadlineNanos = Long.MAX_VALUE;
    private int deadlinesInARow;
    private boolean clientEnds;
    private boolean clientEnded;

    /** @param trace where to write what happens; null for nowhere */
    Conversation(long seed, @Nullable StringBuilder trace) {
        this.random = new SplittableRandom(seed);
        this.trace = trace;
        this.setting = Setting.draw(random);
        var policy = setting.policy();
        this.nowNanos = random.nextLong() >> 2;
        var context = new SessionContext(new SessionId(seed), setting.client(), setting.gateway(), Setting.GATEWAY);
        var host = new SessionHost(new Limits(), (_, _) -> setting.minuteOfWeek(), OwnAddresses.NONE);
        this.engine = new SessionEngine(context, policy, host, Tally.NONE, nowNanos);
        this.client = new Wire(random, policy.lineLimits());
        this.server = new Wire(random, policy.lineLimits());
        this.clientActor = new ClientActor(random, setting);
        this.serverActor = new ServerActor(random, setting, server.unsent);
        this.doors = new Doors(random, policy.limits().dataConnections());
        this.judge = new Judge(setting, doors, serverActor);
        note("%s", setting);
        note("%s", setting.rules().current().rules().text());
    }

    /** @return whether a rule has refused anything */
    boolean run() {
        handle(new Input.ServerConnected(setting.gatewayToServer(), setting.server()), null);
        serverActor.greet();
        for (var steps = 20 + random.nextInt(100); steps > 0 && !judge.over(); steps--) {
            step();
            endClient();
        }
        var drained = !judge.over() && random.nextBoolean() && drain();
        end(drained);
        return judge.refused();
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                clientEnds |= random.nextInt(200) == 0;
                for (var lines = random.nextInt(6) == 0 ? 5 : 1; lines > 0 && !clientEnds; lines--) {
                    client.unsent.add(clientActor.next());
                }
            }
            case 3, 4, 5 -> serverActor.act();
            case 6, 7 -> {
                client.deliver();
                pump();
            }
            case 8, 9 -> {
                server.deliver();
                pump();
            }
            case 10 -> {
                if (random.nextInt(6) == 0) {
                    pass(Duration.ofMillis(random.nextInt(40_000)));
                } else if (setting.ruled() && random.nextInt(10) == 0) {
                    setting.rules().replace();
                    note("%s", setting.rules().current().rules().text());
                }
            }
            default -> happen();
        }
    }

    /** The client's FIN stands behind all that it has sent. */
    private void endClient() {
        if (clientEnds && !clientEnded && !judge.over() && client.empty()) {
            clientEnded = true;
            ended(Side.CLIENT, client, false);
        }
    }

    private void happen() {
        var input = doors.happen(nowNanos);
        if (input != null) {
            handle(input, null);
            pump();
        }
    }

    private void pump() {
        var more = true;
        while (more && !judge.over()) {
            more = take(Side.CLIENT, client) || take(Side.SERVER, server);
        }
    }

    private boolean take(Side side, Wire wire) {
        if (!engine.accepts(side)) {
            return false;
        }
        var found = wire.splitter.poll();
        if (found == null) {
            return false;
        }
        switch (found) {
            case Received.Line(var line) -> {
                var sent = wire.underWay.removeFirst();
                Check.that(Arrays.equals(line.wire(), sent.wire()), "the %s's line %s is what it sent", side, line);
                handle(side == Side.CLIENT ? new Input.ClientLine(line) : new Input.ServerLine(line), sent);
            }
            case Received.Faulty(var faults, var line) -> {
                var sent = wire.underWay.removeFirst();
                if (line != null && faults.stream().noneMatch(setting::enforces)) {
                    Check.that(Arrays.equals(line.wire(), sent.wire()), "the %s's line %s is what it sent", side, line);
                } else {
                    Check.that(sent.wire() == null, "the line with the faults %s is at fault", faults);
                }
                handle(new Input.LineFault(side, faults, line), sent);
            }
            case Received.TelnetOption(var answer) -> handle(new Input.TelnetOption(side, answer), null);
        }
        return true;
    }

    private void pass(Duration time) {
        var target = nowNanos + time.toNanos();
        while (deadlineNanos <= target && !engine.ended()) {
            Check.that(++deadlinesInARow < 1000, "deadlines lead to something");
            nowNanos = Math.max(nowNanos, deadlineNanos);
            deadlineNanos = Long.MAX_VALUE;
            handle(new Input.DeadlineReached(), null);
            pump();
        }
        deadlinesInARow = 0;
        nowNanos = target;
        doors.assertNoneOverdue(nowNanos);
    }

    /** Lets everything that was said arrive and be answered. @return whether it was, and the session stands */
    private boolean drain() {
        var lifetime = setting.policy().timeouts().pinhole();
        for (var rounds = 0; rounds < 300 && !judge.over(); rounds++) {
            client.deliver();
            server.deliver();
            pump();
            serverActor.act();
            happen();
            endClient();
            if (rounds % 50 == 49) {
                pass(lifetime);
            }
            if (client.empty() && server.empty() && serverActor.done() && doors.isEmpty()) {
                return !judge.over();
            }
        }
        return false;
    }

    private void end(boolean drained) {
        var way = random.nextInt(7);
        switch (way) {
            case 0 -> {
                clientEnds = true;
                drain();
                ended(Side.SERVER, server, false);
            }
            case 1 -> ended(Side.SERVER, server, false);
            case 2 -> ended(Side.CLIENT, client, true);
            case 3 -> ended(Side.SERVER, server, true);
            case 4 -> handle(new Input.KillRequested(EndReason.KILLED), null);
            case 5 -> handle(new Input.StopRequested(), null);
            default -> {}
        }
        for (var input = doors.endOne(); input != null; input = doors.endOne()) {
            handle(input, null);
        }
        for (var i = 0; i < 100 && !engine.ended(); i++) {
            pass(Duration.ofMinutes(20));
            if (judge.opaque()) {
                // What an opaque connection is idle of, only its runner can know.
                ended(Side.SERVER, server, false);
            }
            for (var input = doors.endOne(); input != null; input = doors.endOne()) {
                handle(input, null);
            }
        }
        judge.assertEnded(engine.ended());
        if (drained && way == 6 && !clientEnded && setting.manners() == Manners.STRICT) {
            judge.assertAllAnswered();
        }
    }

    private void ended(Side side, Wire wire, boolean reset) {
        if (wire.splitter.unfinished() && !reset && !engine.ended()) {
            wire.splitter.discard();
            handle(new Input.LineFault(side, Fault.UNTERMINATED_LINE), null);
        }
        handle(new Input.InputEnded(side, reset), null);
    }

    private void handle(Input input, @Nullable Sent sent) {
        note("%s", sent == null ? input : input + "  <- " + sent.text());
        var effects = engine.handle(input, nowNanos);
        for (var effect : effects) {
            note("    %s", effect);
            if (effect instanceof Effect.SetDeadline(var after)) {
                Check.that(!after.isNegative(), "the deadline %s is in the future", after);
                deadlineNanos = nowNanos + after.toNanos();
            }
        }
        judge.look(input, sent, effects, nowNanos);
    }

    private void note(String format, Object what) {
        if (trace != null) {
            trace.append(format.formatted(what)).append('\n');
        }
    }
}
