package dev.sallyport.fuzz;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.PassiveRange;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.util.List;
import java.util.Map;

/**
 * What a session goes by that is fuzzed. The bits of its setting: 4 a foreign address is refused and not replaced; 8 AUTH passes; 16
 * transfers may use the default data port; 32 limits are small, and rules ask for what they can; 64 any source port, and no passive
 * range is declared; 128 the other checks only log.
 */
final class FuzzedPolicy {

    /** Rules of every kind but those that let third parties in. */
    private static final RuleSet CURIOUS = new TranscriptRules().read("curious", """
            rules:
              - { name: closed, commands: SMNT, action: close }
              - { name: paths, commands: all, paths: [/secret/**, "**/*.key"], action: deny, unless: { users: admin } }
              - { name: arguments, commands: SITE, arguments: EXEC *, action: deny }
              - { name: active, mode: EPRT, direction: listing, action: deny }
              - { name: sizes, commands: [downloads, uploads], size: 100, rate: 30/m per user, action: allow, log: true }
              - { name: night, commands: MKD, time: 22:00-06:00, login: after, action: deny }
            defaults: { action: allow }
            """, 1);

    static final PassiveRange RANGE = new PassiveRange(
            List.of(new Network(Addresses.of(new byte[] {(byte) 198, 51, 100, 0}), 24)), new PortRange(new Port(50_000), new Port(50_099)));

    private FuzzedPolicy() {}

    static SessionPolicy of(int setting) {
        var usual = SessionPolicy.DEFAULT;
        var anyPort = (setting & 64) != 0;
        var others = (setting & 128) != 0 ? Checks.all(Level.LOG) : Checks.DEFAULT;
        return new SessionPolicy(
                null,
                null,
                anyPort ? SessionPolicy.ClientSourcePort.ANY : SessionPolicy.ClientSourcePort.LOWER,
                (setting & 8) != 0 ? TlsPolicy.PASSTHROUGH : TlsPolicy.DENY,
                anyPort ? List.of() : List.of(RANGE),
                Armed.of((setting & 32) != 0 ? CURIOUS : RuleSet.ALLOW_ALL, others.with(Map.of(
                        Check.PASSIVE_ADDRESS, (setting & 4) != 0 ? Level.ENFORCE : Level.LOG,
                        Check.ACTIVE_SOURCE_PORT, anyPort ? Level.OFF : Level.ENFORCE,
                        Check.DEFAULT_DATA_PORT, (setting & 16) != 0 ? Level.OFF : Level.ENFORCE))),
                (setting & 32) != 0 ? new SessionPolicy.Limits(128, 6, 3, 2, 3) : usual.limits(),
                usual.timeouts());
    }
}
