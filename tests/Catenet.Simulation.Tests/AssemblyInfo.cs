// The idle gate looks at the whole process: labs with web servers run one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
