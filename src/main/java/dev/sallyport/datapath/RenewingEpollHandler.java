package dev.sallyport.datapath;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler, mended: a channel that had no interest left can have some again.
 *
 * <p>Since netty#16689 a channel whose interest falls to nothing is taken out of epoll, but the next interest is announced
 * with EPOLL_CTL_MOD, which fails with ENOENT. A half-closed connection gets there: its input has ended and has been told
 * (EPOLLIN and EPOLLRDHUP cleared), and then its output fills up (EPOLLOUT wanted). The write would fail and a slow reader
 * that has closed its sending side would lose the rest of its file. Here such a channel gives its registration up and gets
 * a new one when it needs it.
 */
final class RenewingEpollHandler implements IoHandler {

    private final IoHandler epoll;

    private RenewingEpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        var factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new RenewingEpollHandler(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Renewing(handle, epoll.register(handle));
    }

    /** Used on the event loop alone, as its channel is. */
    private final class Renewing implements IoRegistration {

        private final IoHandle handle;
        private IoRegistration current;
        /** Whether epoll has been asked to watch anything. */
        private boolean watching;

        private boolean cancelled;

        Renewing(IoHandle handle, IoRegistration first) {
            this.handle = handle;
            this.current = first;
        }

        @Override
        public <T> T attachment() {
            return current.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            if (cancelled) {
                return -1;
            }
            if (ops.equals(EpollIoOps.NONE)) {
                if (watching) {
                    watching = false;
                    current.cancel();
                }
                return 0;
            }
            if (!current.isValid()) {
                try {
                    current = epoll.register(handle);
                } catch (Exception cannot) {
                    throw new IllegalStateException("cannot register a channel with epoll again", cannot);
                }
            }
            watching = true;
            return current.submit(ops);
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public boolean cancel() {
            if (cancelled) {
                return false;
            }
            cancelled = true;
            current.cancel();
            return true;
        }
    }
}
