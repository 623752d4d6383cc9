// The idle gate looks at the whole process: one run at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
