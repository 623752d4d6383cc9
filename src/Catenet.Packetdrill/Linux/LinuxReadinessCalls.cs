using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>poll and epoll.</summary>
internal sealed unsafe class LinuxReadinessCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    public LinuxCall Poll(CallAction call)
    {
        var items = (Argument(call, 0) as ListExpression)?.Items.OfType<StructExpression>().ToList() ?? [];
        nint entries = Memory.Allocate(items.Count * sizeof(PollEntry));
        for (int i = 0; i < items.Count; i++)
        {
            ((PollEntry*)entries)[i] = new PollEntry { Descriptor = items[i]["fd"] is { } fd ? Process.Number(fd) : -1, Events = (short)Field(items[i], "events") };
        }

        int count = (int)Number(call, 1, items.Count), limit = (int)Number(call, 2);
        return new LinuxCall(() => RawCalls.Result(RawCalls.Poll((void*)entries, (nuint)count, limit)))
        {
            MayWait = true,
            Finish = value =>
            {
                for (int i = 0; value >= 0 && i < items.Count; i++)
                {
                    Verify("revents", items[i]["revents"], ((PollEntry*)entries)[i].Results);
                }

                return value;
            },
        };
    }

    public LinuxCall Create(CallAction call)
    {
        bool plain = call.Name == "epoll_create";
        int argument = (int)Number(call, 0, plain ? 1 : 0);
        return new LinuxCall(() => RawCalls.Result(plain ? RawCalls.EpollCreate(argument) : Libc.EpollCreate(argument)))
        {
            Finish = value => value < 0 ? value : Process.Add(new ScriptDescriptor((int)value), call.Result),
        };
    }

    public LinuxCall Control(CallAction call)
    {
        int epoll = Descriptor(call, 0), operation = (int)Number(call, 1), descriptor = Descriptor(call, 2);
        var wanted = call.Arguments.Count > 3 ? call.Arguments[3] as StructExpression : null;
        nint entry = Memory.Allocate(sizeof(EpollEvent));
        *(EpollEvent*)entry = new EpollEvent { Events = (uint)(wanted is null ? 0 : Field(wanted, "events")), Data = (ulong)(Data(wanted) ?? Number(call, 2)) };
        return new LinuxCall(() => RawCalls.Result(Libc.EpollCtl(epoll, operation, descriptor, (void*)entry)));
    }

    public LinuxCall Wait(CallAction call)
    {
        var expected = Argument(call, 1) is ListExpression list ? list.Items.OfType<StructExpression>().ToList() : Argument(call, 1) is StructExpression one ? [one] : [];
        int epoll = Descriptor(call, 0), most = (int)Number(call, 2, 1), limit = (int)Number(call, 3);
        nint entries = Memory.Allocate(Math.Max(most, 1) * sizeof(EpollEvent));
        return new LinuxCall(() => RawCalls.Result(Libc.EpollWait(epoll, (void*)entries, most, limit)))
        {
            MayWait = true,
            Finish = value =>
            {
                for (int i = 0; i < Math.Min(value, expected.Count); i++)
                {
                    var came = ((EpollEvent*)entries)[i];
                    Verify("events", expected[i]["events"], (int)came.Events);
                    if (Data(expected[i]) is { } data && data != (long)came.Data)
                    {
                        throw new ScriptFailure($"an event of {data}", Values.Text((long)came.Data));
                    }
                }

                return value;
            },
        };
    }

    private static long? Data(StructExpression? structure)
    {
        var value = structure?["fd"] ?? structure?["ptr"] ?? structure?["u32"] ?? structure?["u64"];
        return value is null || Values.IsAny(value) ? null : Values.Number(value);
    }
}
