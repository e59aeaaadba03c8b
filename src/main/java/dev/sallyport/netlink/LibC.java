package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls that a netlink socket needs. Each answers its result, or the negative error number. The segment
 * that comes first receives errno: one for each thread that calls at the same time.
 */
final class LibC {
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND = call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle POLL = call("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE = call("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private LibC() {}

    static int socket(MemorySegment state, int domain, int type, int protocol) {
        try {
            return result(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int bind(MemorySegment state, int descriptor, MemorySegment address) {
        try {
            return result(state, (int) BIND.invokeExact(state, descriptor, address, (int) address.byteSize()));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int setsockopt(MemorySegment state, int descriptor, int level, int option, MemorySegment value) {
        try {
            return result(
                    state, (int) SETSOCKOPT.invokeExact(state, descriptor, level, option, value, (int) value.byteSize()));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int send(MemorySegment state, int descriptor, MemorySegment data, long length, int flags) {
        try {
            return result(state, (int) (long) SEND.invokeExact(state, descriptor, data, length, flags));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int recv(MemorySegment state, int descriptor, MemorySegment buffer, int flags) {
        try {
            return result(state, (int) (long) RECV.invokeExact(state, descriptor, buffer, buffer.byteSize(), flags));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int poll(MemorySegment state, MemorySegment descriptors, long count, int timeoutMillis) {
        try {
            return result(state, (int) POLL.invokeExact(state, descriptors, count, timeoutMillis));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int eventfd(MemorySegment state, int initial, int flags) {
        try {
            return result(state, (int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int write(MemorySegment state, int descriptor, MemorySegment data) {
        try {
            return result(state, (int) (long) WRITE.invokeExact(state, descriptor, data, data.byteSize()));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    static int close(MemorySegment state, int descriptor) {
        try {
            return result(state, (int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    private static MethodHandle call(String name, ValueLayout result, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static int result(MemorySegment state, int returned) {
        return returned >= 0 ? returned : -(int) ERRNO.get(state, 0L);
    }

    private static AssertionError impossible(Throwable thrown) {
        return new AssertionError("a system call throws nothing", thrown);
    }
}
