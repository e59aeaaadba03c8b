package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A filter that the kernel runs on each of connection tracking's events before it wakes the listener: to be woken costs more than
 * all else that is done about an event. In the language of BSD's packet filter, with the extension that finds an attribute
 * (linux/filter.h, SKF_AD_NLATTR).
 *
 * <p>Events are filtered by mark; of changes only those to certain TCP states pass, of which the kernel tells otherwise six or
 * seven for each connection.
 */
final class EventFilter {

    // linux/bpf_common.h, linux/filter.h
    private static final int LOAD = 0x00;
    private static final int LOAD_INDEX = 0x01;
    private static final int LOAD_WORD_AT = 0x20;
    private static final int LOAD_BYTE_AT = 0x30;
    private static final int LOAD_WORD_BEHIND_INDEX = 0x40;
    private static final int LOAD_BYTE_BEHIND_INDEX = 0x50;
    private static final int AND = 0x54;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_ANY_BIT = 0x45;
    private static final int INDEX_BY_IT = 0x07;
    private static final int RETURN = 0x06;
    private static final int FIND_ATTRIBUTE = -0x1000 + 12;
    private static final int FIND_NESTED = -0x1000 + 16;
    private static final int WHOLE = -1;

    /** struct sock_filter. */
    static final int INSTRUCTION_BYTES = 8;

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    /** The lower byte of nlmsg_type, and the upper one of nlmsg_flags, in the host's order. */
    private static final int TYPE_AT = LITTLE_ENDIAN ? 4 : 5;

    private static final int FLAGS_AT = LITTLE_ENDIAN ? 7 : 6;
    private static final int ATTRIBUTES_AT = MessageWriter.HEADER_BYTES + MessageWriter.GENERIC_BYTES;

    private enum Then {
        NEXT,
        PASS,
        DROP
    }

    private record Instruction(int code, int operand, Then ifSo, Then ifNot) {}

    private final List<Instruction> instructions = new ArrayList<>();

    /**
     * @param states the changes that pass
     */
    EventFilter(int mark, int mask, Set<TcpState> states) {
        find(CtMessage.CTA_MARK);
        payload(LOAD_WORD_BEHIND_INDEX);
        then(AND, mask);
        test(IF_EQUAL, mark, Then.NEXT, Then.DROP);
        then(LOAD_BYTE_AT, TYPE_AT);
        test(IF_EQUAL, CtMessage.IPCTNL_MSG_CT_DELETE, Then.PASS, Then.NEXT);
        then(LOAD_BYTE_AT, FLAGS_AT);
        test(IF_ANY_BIT, Protocol.NLM_F_CREATE >> 8, Then.PASS, Then.NEXT);
        find(CtMessage.CTA_PROTOINFO);
        findNested(CtMessage.CTA_PROTOINFO_TCP);
        findNested(CtMessage.CTA_PROTOINFO_TCP_STATE);
        payload(LOAD_BYTE_BEHIND_INDEX);
        states.forEach(state -> test(IF_EQUAL, state.ordinal(), Then.PASS, Then.NEXT));
        then(RETURN, 0);
    }

    private void then(int code, int operand) {
        instructions.add(new Instruction(code, operand, Then.NEXT, Then.NEXT));
    }

    private void test(int code, int operand, Then ifSo, Then ifNot) {
        instructions.add(new Instruction(code, operand, ifSo, ifNot));
    }

    private void find(int attribute) {
        then(LOAD_INDEX, attribute);
        then(LOAD, ATTRIBUTES_AT);
        then(LOAD_WORD_AT, FIND_ATTRIBUTE);
        test(IF_EQUAL, 0, Then.DROP, Then.NEXT);
    }

    private void findNested(int attribute) {
        then(LOAD_INDEX, attribute);
        then(LOAD_WORD_AT, FIND_NESTED);
        test(IF_EQUAL, 0, Then.DROP, Then.NEXT);
    }

    private void payload(int load) {
        then(INDEX_BY_IT, 0);
        then(load, MessageWriter.ATTRIBUTE_BYTES);
    }

    /** An array of struct sock_filter. */
    MemorySegment assemble(SegmentAllocator allocator) {
        var all = new ArrayList<>(instructions);
        int drop = all.size();
        all.add(new Instruction(RETURN, 0, Then.NEXT, Then.NEXT));
        all.add(new Instruction(RETURN, WHOLE, Then.NEXT, Then.NEXT));
        var memory = allocator.allocate((long) INSTRUCTION_BYTES * all.size(), INSTRUCTION_BYTES);
        for (int i = 0; i < all.size(); i++) {
            var each = all.get(i);
            long at = (long) INSTRUCTION_BYTES * i;
            memory.set(JAVA_SHORT, at, (short) each.code);
            memory.set(JAVA_BYTE, at + 2, jump(each.ifSo, i, drop));
            memory.set(JAVA_BYTE, at + 3, jump(each.ifNot, i, drop));
            memory.set(JAVA_INT, at + 4, each.operand);
        }
        return memory;
    }

    private static byte jump(Then then, int from, int drop) {
        return (byte) switch (then) {
            case NEXT -> 0;
            case DROP -> drop - from - 1;
            case PASS -> drop - from;
        };
    }
}
