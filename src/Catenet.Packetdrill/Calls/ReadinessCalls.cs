using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>poll and epoll.</summary>
internal sealed class ReadinessCalls(CallContext context) : CallGroup(context)
{
    private const int Shareable = Symbols.POLLIN | Symbols.POLLOUT | Symbols.POLLERR | Symbols.POLLHUP | Symbols.EPOLLWAKEUP | Symbols.EPOLLET | Symbols.EPOLLEXCLUSIVE;

    /// <summary>poll([{fd=, events=, revents=}, ...], n, milliseconds).</summary>
    public Attempt Poll(CallAction call)
    {
        var entries = (Argument(call, 0) as ListExpression)?.Items.OfType<StructExpression>().ToList() ?? [];
        var until = Until(Number(call, 2));
        return () =>
        {
            var ready = entries.Select(Ready).ToList();
            int count = ready.Count(r => r != 0);
            if (count == 0 && Context.Now < until)
            {
                return null;
            }

            for (int i = 0; i < entries.Count; i++)
            {
                Verify("revents", entries[i]["revents"] ?? new EllipsisExpression(), ready[i]);
            }

            return new CallOutcome(count, null);
        };
    }

    /// <summary>epoll_create(size).</summary>
    public Attempt Create(CallAction call) => Now(() => call.Name == "epoll_create" && Number(call, 0, 1) <= 0
        ? CallOutcome.Fail("EINVAL")
        : Context.Open(new EpollFile(), call.Result));

    /// <summary>epoll_ctl(fd, operation, fd, {events=, fd=}).</summary>
    public Attempt Control(CallAction call) => Now(() =>
    {
        int descriptor = (int)Number(call, 2);
        if (!Context.TryFile(Argument(call, 0), out var file) || !Context.Files.TryGetValue(descriptor, out var watched))
        {
            return CallOutcome.Fail("EBADF");
        }

        if (file is not EpollFile epoll || Number(call, 1) is < 1 or > 3)
        {
            return CallOutcome.Fail(watched.IsPollable ? "EINVAL" : "EPERM");
        }

        if (!watched.IsPollable)
        {
            return CallOutcome.Fail("EPERM");
        }

        if (watched == epoll)
        {
            return CallOutcome.Fail("EINVAL");
        }

        var entry = epoll.Entries.Find(e => e.Descriptor == descriptor);
        long operation = Number(call, 1);
        if (operation == 1 ? entry is not null : entry is null)
        {
            return CallOutcome.Fail(operation == 1 ? "EEXIST" : "ENOENT");
        }

        if (operation == 2)
        {
            epoll.Remove(entry!);
            return CallOutcome.Success;
        }

        if (Argument(call, 3) is not StructExpression wanted)
        {
            return CallOutcome.Fail("EFAULT");
        }

        int events = (int)Values.Number(wanted["events"] ?? new IntegerExpression(0));
        if ((events & Symbols.EPOLLEXCLUSIVE) != 0 ? operation == 3 || (events & ~Shareable) != 0 : entry is { IsExclusive: true })
        {
            return CallOutcome.Fail("EINVAL");
        }

        if (entry is null)
        {
            entry = new EpollEntry(epoll, descriptor, watched);
            epoll.Add(entry);
        }

        entry.Data = Data(wanted) ?? descriptor;
        entry.Ask(events);
        return CallOutcome.Success;
    });

    /// <summary>epoll_wait(fd, {events=, fd=} or a list of them, most, milliseconds).</summary>
    public Attempt Wait(CallAction call)
    {
        if (!Context.TryFile(Argument(call, 0), out var file) || file is not EpollFile epoll)
        {
            return Now(() => CallOutcome.Fail(file is null ? "EBADF" : "EINVAL"));
        }

        var expected = Argument(call, 1) is ListExpression list ? list.Items.OfType<StructExpression>().ToList() : Argument(call, 1) is StructExpression one ? [one] : [];
        int most = (int)Number(call, 2, 1);
        if (most <= 0)
        {
            return Now(() => CallOutcome.Fail("EINVAL"));
        }

        var until = Until(Number(call, 3));
        return () =>
        {
            var ready = epoll.Collect(most);
            if (ready.Count == 0 && Context.Now < until)
            {
                return null;
            }

            for (int i = 0; i < ready.Count; i++)
            {
                if (i < expected.Count)
                {
                    Verify("events", expected[i]["events"] ?? new EllipsisExpression(), ready[i].Events);
                    if (Data(expected[i]) is { } data && data != ready[i].Entry.Data)
                    {
                        throw new ScriptFailure($"an event of {data}", Values.Text(ready[i].Entry.Data));
                    }
                }
            }

            return new CallOutcome(ready.Count, null);
        };
    }

    private static long? Data(StructExpression? structure)
    {
        var value = structure?["fd"] ?? structure?["ptr"] ?? structure?["u32"] ?? structure?["u64"];
        return value is null || Values.IsAny(value) ? null : Values.Number(value);
    }

    private int Ready(StructExpression entry)
    {
        int events = (int)Values.Number(entry["events"] ?? new IntegerExpression(0));
        return entry["fd"] is { } fd && Context.TryFile(fd, out var file)
            ? file.Readiness & (events | Symbols.POLLERR | Symbols.POLLHUP)
            : Symbols.POLLNVAL;
    }

    private Instant Until(long milliseconds)
    {
        if (milliseconds < 0)
        {
            return Instant.Never;
        }

        var until = Context.Now + Duration.FromMilliseconds(milliseconds);
        Context.WakeAt(until);
        return until;
    }
}
