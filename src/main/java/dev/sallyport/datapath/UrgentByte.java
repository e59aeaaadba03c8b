package dev.sallyport.datapath;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The C library's {@code send} with MSG_OOB, which Netty's epoll transport has no call for. */
final class UrgentByte {

    /** From Linux's socket.h. */
    private static final int MSG_OOB = 0x1;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final MethodHandle SEND = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("send"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));

    private UrgentByte() {}

    /** @return whether the kernel took it; it does not when the socket's buffer is full or its connection gone */
    static boolean send(int descriptor, byte urgent) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, urgent);
            return (long) SEND.invokeExact(descriptor, buffer, 1L, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
        } catch (Throwable impossible) {
            throw new AssertionError("send(2) throws nothing", impossible);
        }
    }
}
