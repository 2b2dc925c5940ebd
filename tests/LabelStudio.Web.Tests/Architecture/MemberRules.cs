using System.Reflection;
using System.Runtime.CompilerServices;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Tests.Architecture;

public sealed class MemberRules
{
    private const BindingFlags DeclaredPublic = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] TensorFolders = ["Imaging", "Backbones", "Embeddings", "Heads"];

    [Fact]
    public void A7_Learning_TensorsStayBelowTraining()
    {
        var members = StudioAssemblies.Learning.GetExportedTypes()
            .Where(type => !TensorFolders.Contains(type.Namespace!.Split('.').ElementAtOrDefault(2)))
            .SelectMany(type => type.GetMethods(DeclaredPublic).Cast<MethodBase>().Concat(type.GetConstructors(DeclaredPublic)))
            .Where(method => Signature(method).Any(type => type.FullName == "TorchSharp.torch+Tensor"));

        Assert.Empty(members.Select(Name));
    }

    [Fact]
    public void A8_Components_ThatHoldASubscription_DisposeIt()
    {
        var holders = StudioAssemblies.Web.GetTypes()
            .Where(type => typeof(ComponentBase).IsAssignableFrom(type) && !typeof(IAsyncDisposable).IsAssignableFrom(type))
            .Where(type => type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance)
                .Any(field => field.FieldType == typeof(IDisposable) || field.FieldType == typeof(CancellationTokenSource)));

        Assert.Empty(holders.Select(type => type.FullName));
    }

    [Fact]
    public void A9_PipelineAsyncMethods_EndWithATokenWithoutDefault()
    {
        var methods = StudioAssemblies.Pipeline.GetExportedTypes()
            .Where(type => type.Namespace != "LabelStudio.Pipeline" && !typeof(Delegate).IsAssignableFrom(type) && !IsGenerated(type))
            .SelectMany(type => type.GetMethods(DeclaredPublic))
            .Where(method => IsAwaitable(method.ReturnType) && method.GetBaseDefinition() == method && !IsOfAnInterface(method))
            .Where(method => method.GetParameters().LastOrDefault() is not { ParameterType: var last, HasDefaultValue: false } || last != typeof(CancellationToken));

        Assert.Empty(methods.Select(Name));
    }

    [Fact]
    public void ProjectPages_AllOfThem_ComeFromProjectPage()
    {
        var others = StudioAssemblies.Web.GetTypes()
            .Where(type => type.GetCustomAttributes<RouteAttribute>().Any(route => route.Template.StartsWith("/projects/{", StringComparison.Ordinal)))
            .Where(type => !typeof(ProjectPage).IsAssignableFrom(type));

        Assert.Empty(others.Select(type => type.FullName));
    }

    private static bool IsGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsAwaitable(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    /// <summary>Interfaces of the framework, such as <see cref="IAsyncDisposable"/>, have their own shapes.</summary>
    private static bool IsOfAnInterface(MethodInfo method) =>
        method.DeclaringType!.IsClass && method.DeclaringType.GetInterfaces()
            .Where(contract => !contract.Namespace!.StartsWith("LabelStudio", StringComparison.Ordinal))
            .Any(contract => method.DeclaringType.GetInterfaceMap(contract).TargetMethods.Contains(method));

    private static IEnumerable<Type> Signature(MethodBase method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var returned } ? [returned] : [])
            .SelectMany(type => type.IsGenericType ? [type, .. type.GetGenericArguments()] : new[] { type });

    private static string Name(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
