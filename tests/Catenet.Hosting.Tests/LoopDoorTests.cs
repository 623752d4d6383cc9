using Catenet.Core;
using Catenet.Hosting.Gate;

namespace Catenet.Hosting.Tests;

public class LoopDoorTests
{
    [Fact]
    public async Task A_guest_that_announces_itself_all_the_time_is_served_once_an_opening()
    {
        var door = LoopDoor.Of(new EventLoop());
        var guests = Enumerable.Range(0, 4).Select(_ => new Guest(door)).ToList();
        int over = 0;
        var announcing = guests.Select(g => Task.Run(() =>
        {
            while (Volatile.Read(ref over) == 0)
            {
                Interlocked.Increment(ref g.Offered);
                g.Announce();
            }
        })).ToArray();
        while (guests.Any(g => g.Served < 10_000))
        {
            door.Open();
        }

        Volatile.Write(ref over, 1);
        await Task.WhenAll(announcing);
        door.Open();
        Assert.All(guests, g => Assert.False(g.Twice));
        Assert.All(guests, g => Assert.Equal(g.Offered, g.Taken));
    }

    private sealed class Guest(LoopDoor door) : DoorGuest(door)
    {
        public long Offered;
        private bool _collected;

        public bool Twice { get; private set; }

        public long Taken { get; private set; }

        public override string Name => "guest";

        public override void Collect()
        {
            Twice |= _collected;
            _collected = true;
            Taken = Interlocked.Read(ref Offered);
        }

        public int Served { get; private set; }

        public override void Serve()
        {
            _collected = false;
            Served++;
        }
    }
}
