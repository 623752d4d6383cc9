// Virtual time passes when the process is idle: tests beside each other would keep each other's time from passing.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
