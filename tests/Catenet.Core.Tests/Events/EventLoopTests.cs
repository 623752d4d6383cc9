namespace Catenet.Core.Tests.Events;

public sealed class EventLoopTests
{
    private readonly EventLoop _loop = new();
    private readonly List<string> _log = [];

    private ActionTimer Logs(string text) => new(now => _log.Add($"{text}@{now.Nanoseconds}"));

    private void RunFor(long nanoseconds) => new VirtualDriver(_loop).RunFor(new Duration(nanoseconds));

    [Fact]
    public void Timers_fire_in_order_of_time_and_then_of_arming()
    {
        _loop.Arm(Logs("late"), new Duration(20));
        _loop.Arm(Logs("first"), new Duration(10));
        _loop.Arm(Logs("second"), new Duration(10));
        RunFor(100);
        Assert.Equal(["first@10", "second@10", "late@20"], _log);
        Assert.Equal(100, _loop.Now.Nanoseconds);
    }

    [Fact]
    public void A_timer_armed_again_later_fires_once_at_the_later_time_and_after_those_armed_before()
    {
        var moved = Logs("moved");
        _loop.Arm(moved, new Duration(5));
        _loop.Arm(Logs("other"), new Duration(30));
        _loop.Arm(moved, new Duration(30));
        RunFor(100);
        Assert.Equal(["other@30", "moved@30"], _log);
    }

    [Fact]
    public void A_timer_armed_again_earlier_fires_once_at_the_earlier_time()
    {
        var moved = Logs("moved");
        _loop.Arm(moved, new Duration(50));
        _loop.Arm(Logs("other"), new Duration(20));
        _loop.Arm(moved, new Duration(10));
        RunFor(100);
        Assert.Equal(["moved@10", "other@20"], _log);
    }

    [Fact]
    public void A_cancelled_timer_does_not_fire_and_may_be_armed_again()
    {
        var timer = Logs("timer");
        _loop.Arm(timer, new Duration(10));
        _loop.Cancel(timer);
        Assert.False(timer.IsArmed);
        Assert.Equal(Instant.Never, _loop.NextDeadline);
        RunFor(20);
        _loop.Arm(timer, new Duration(10));
        RunFor(20);
        Assert.Equal(["timer@30"], _log);
    }

    [Fact]
    public void A_cancelled_timer_armed_earlier_than_before_fires_on_time()
    {
        var timer = Logs("timer");
        _loop.Arm(timer, new Duration(50));
        _loop.Cancel(timer);
        _loop.Arm(timer, new Duration(10));
        RunFor(100);
        Assert.Equal(["timer@10"], _log);
    }

    [Fact]
    public void Work_of_an_instant_runs_in_the_order_in_which_it_was_scheduled_timers_included()
    {
        _loop.Arm(new ActionTimer(_ =>
        {
            _loop.Schedule(_ => _log.Add("task"), null);
            _loop.Arm(Logs("timer"), Duration.Zero);
            _loop.Schedule(_ => _log.Add("task after"), null);
        }), new Duration(10));
        RunFor(10);
        Assert.Equal(["task", "timer@10", "task after"], _log);
    }

    [Fact]
    public void A_task_scheduled_twice_runs_once_and_may_schedule_itself_again()
    {
        var task = new CountingTask(_loop, times: 3);
        _loop.Schedule(task);
        _loop.Schedule(task);
        RunFor(0);
        Assert.Equal(3, task.Runs);
    }

    [Fact]
    public void Many_timers_moved_at_random_fire_in_order()
    {
        var random = new RandomStream(1, "timers");
        var due = new Dictionary<ActionTimer, long>();
        var timers = new List<ActionTimer>();
        long last = -1;
        int fired = 0;
        for (int i = 0; i < 2000; i++)
        {
            ActionTimer timer = null!;
            timer = new ActionTimer(now =>
            {
                Assert.Equal(due[timer], now.Nanoseconds);
                Assert.True(now.Nanoseconds >= last);
                last = now.Nanoseconds;
                fired++;
            });
            timers.Add(timer);
        }

        for (int move = 0; move < 20_000; move++)
        {
            var timer = timers[random.Next(timers.Count)];
            due[timer] = random.Next(1_000_000);
            _loop.Arm(timer, new Instant(due[timer]));
        }

        RunFor(1_000_000);
        Assert.Equal(due.Count, fired);
    }

    [Fact]
    public void Timers_cancelled_long_before_their_time_are_forgotten()
    {
        var references = Enumerable.Range(0, 20_000).Select(_ => ArmAndCancel()).ToList();
        GC.Collect();
        Assert.InRange(references.Count(r => r.IsAlive), 0, 1000);

        WeakReference ArmAndCancel()
        {
            var timer = new ActionTimer(_ => { });
            _loop.Arm(timer, Duration.FromMinutes(10_000));
            _loop.Cancel(timer);
            return new WeakReference(timer);
        }
    }

    [Fact]
    public void A_timer_that_is_brought_forward_again_and_again_leaves_nothing_behind()
    {
        // Each round puts off a timer by days and then wants it at once, as a retransmission timer may.
        var timer = new ActionTimer(_ => { });
        var driver = new VirtualDriver(_loop);
        _loop.Arm(new ActionTimer(_ => { }), Duration.FromMinutes(1));
        for (int i = 0; i < 1_000; i++)
        {
            Round(timer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200_000; i++)
        {
            Round(timer);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round(ActionTimer timer)
        {
            _loop.Arm(timer, Duration.FromMinutes(10_000));
            _loop.Arm(timer, new Duration(1));
            driver.RunFor(new Duration(1));
        }
    }

    [Fact]
    public void Timers_fire_in_order_whatever_is_cancelled_between()
    {
        var random = new RandomStream(2, "cancel");
        var due = new Dictionary<ActionTimer, long>();
        var fired = new List<long>();
        for (int i = 0; i < 5000; i++)
        {
            ActionTimer timer = null!;
            timer = new ActionTimer(now =>
            {
                Assert.Equal(due[timer], now.Nanoseconds);
                due.Remove(timer);
                fired.Add(now.Nanoseconds);
            });
            due[timer] = random.Next(1_000_000);
            _loop.Arm(timer, new Instant(due[timer]));
        }

        foreach (var timer in due.Keys.ToList())
        {
            if (random.Chance(0.8))
            {
                _loop.Cancel(timer);
                due.Remove(timer);
            }
            else if (random.Chance(0.3))
            {
                _loop.Cancel(timer);
                due[timer] = random.Next(1_000_000);
                _loop.Arm(timer, new Instant(due[timer]));
            }
        }

        int expected = due.Count;
        RunFor(1_000_000);
        Assert.Equal(expected, fired.Count);
        Assert.Equal(fired.Order(), fired);
        Assert.Empty(due);
    }

    [Fact]
    public void Arming_and_moving_a_timer_allocates_nothing()
    {
        var timer = new ActionTimer(static _ => { });
        var driver = new VirtualDriver(_loop);
        for (int i = 0; i < 200; i++)
        {
            _loop.Arm(timer, new Duration(i));
            driver.RunFor(new Duration(1));
        }

        using (_loop.Enter())
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                _loop.Arm(timer, new Duration(10));
                _loop.Arm(timer, new Duration(20));
                _loop.AdvanceTo(_loop.NextDeadline);
                _loop.RunOne();
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Posts_from_other_threads_run_on_the_loop()
    {
        int loopThread = Environment.CurrentManagedThreadId;
        var ran = new List<int>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _loop.Post(_ => ran.Add(Environment.CurrentManagedThreadId), null);
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        RunFor(0);
        Assert.Equal(4000, ran.Count);
        Assert.All(ran, id => Assert.Equal(loopThread, id));
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        _loop.AdvanceTo(new Instant(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.AdvanceTo(new Instant(9)));
    }

    private sealed class CountingTask(EventLoop loop, int times) : LoopTask
    {
        public int Runs { get; private set; }

        protected internal override void Run()
        {
            if (++Runs < times)
            {
                loop.Schedule(this);
            }
        }
    }
}
