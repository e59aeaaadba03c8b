package dev.sallyport.rules;

import static dev.sallyport.rules.Glob.wire;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.rules.limit.ClientKey;

/**
 * What a rule set makes of a session's facts once, so that it need not for each command: which rules they leave possible.
 * Valid for that rule set and those facts. The sets of rules are shared among sessions.
 */
public final class Scope {

    private final SessionFacts facts;
    private final NetworkSet.Bits client;
    private final NetworkSet.Bits server;
    private final byte[] gateway;
    private final byte[] user;
    private final byte[] subject;
    private final ClientKey key;
    final RuleBits from;
    final RuleBits to;
    final RuleBits gateways;
    final RuleBits users;
    final RuleBits subjects;
    final RuleBits entry;
    final RuleBits unexcepted;

    Scope(SessionFacts facts, RuleIndex index) {
        this.facts = facts;
        client = NetworkSet.Bits.of(facts.client());
        server = NetworkSet.Bits.of(facts.server());
        gateway = facts.gateway().getBytes(UTF_8);
        user = wire(facts.user());
        subject = facts.subject().getBytes(UTF_8);
        key = ClientKey.of(facts.client());
        from = index.facts().from(client);
        to = index.facts().to(server);
        gateways = index.facts().gateways(gateway);
        entry = index.facts().entry(facts);
        subjects = index.facts().subjects(subject);
        users = index.users(user, facts.userKnown());
        unexcepted = index.exceptions().left(this, user, facts.userKnown());
    }

    SessionFacts facts() {
        return facts;
    }

    NetworkSet.Bits client() {
        return client;
    }

    NetworkSet.Bits server() {
        return server;
    }

    byte[] gateway() {
        return gateway;
    }

    byte[] user() {
        return user;
    }

    byte[] subject() {
        return subject;
    }

    ClientKey key() {
        return key;
    }
}
