import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

// What the plots use of echarts: the build makes one file of it, which is what is installed.
use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export { init, setPlatformAPI } from 'echarts/core';
