using System.Reflection;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline;
using LabelStudio.Web.Components;

namespace LabelStudio.Web.Tests.Architecture;

internal static class StudioAssemblies
{
    public static Assembly Learning { get; } = typeof(TrainingPlan).Assembly;

    public static Assembly Pipeline { get; } = typeof(StudioDbContext).Assembly;

    public static Assembly Web { get; } = typeof(App).Assembly;

    public static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    /// <summary>Types that people wrote: nested and compiler-made ones count as their outermost type.</summary>
    public static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }
}
